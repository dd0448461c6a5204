// A list in a real Roundcube and Chromium, with the plugin and without it in turns; where they are installed.
import { benchWithServers } from "./with-servers.mjs";

const SERVERS = ["/usr/share/roundcube/index.php", "/usr/bin/chromium", "/usr/sbin/named", "/usr/sbin/dovecot"];

/** @returns milliseconds, or in words why there are none */
export function benchRoundcube({ messages, rounds }) {
  return benchWithServers("roundcube.bench.ts", SERVERS, { messages, rounds });
}
