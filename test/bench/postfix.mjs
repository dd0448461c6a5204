// Throughput through a real Postfix, with our milter and with OpenDKIM in turns; where the servers are installed.
import { benchWithServers } from "./with-servers.mjs";

const SERVERS = ["/usr/sbin/postfix", "/usr/sbin/opendkim", "/usr/sbin/named", "/usr/sbin/dovecot"];

/** @returns a row for each size, or in words why there is none */
export function benchPostfix(messages) {
  return benchWithServers("postfix.bench.ts", SERVERS, { messages });
}
