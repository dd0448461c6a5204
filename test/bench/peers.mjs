// Other verifiers that may be installed (Mail::DKIM, dkimpy), each in a process of its own with the key at hand.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Each verifies the file for so many seconds of its processor time, and prints how many times it did in one. */
const PEERS = {
  "Mail::DKIM": [
    "perl",
    `use strict; use warnings; use Mail::DKIM::Verifier;
    my ($path, $record, $seconds) = @ARGV;
    { package Answer; sub type { "TXT" } sub char_str_list { ($record) } sub txtdata { $record } }
    { no warnings "redefine"; *Mail::DKIM::DNS::query = sub { bless {}, "Answer" }; }
    open my $file, "<:raw", $path or die; local $/; my $message = <$file>;
    my $count = 0; my $start = times;
    do {
      my $verifier = Mail::DKIM::Verifier->new; $verifier->PRINT($message); $verifier->CLOSE;
      die $verifier->result_detail unless $verifier->result eq "pass"; $count++;
    } while (times() - $start < $seconds);
    print $count / (times() - $start);`,
    "-e",
  ],
  dkimpy: [
    "/usr/bin/python3",
    `import sys, time, dkim
path, record, seconds = sys.argv[1], sys.argv[2].encode(), float(sys.argv[3])
message = open(path, "rb").read()
count, start = 0, time.process_time()
while time.process_time() - start < seconds:
    if not dkim.verify(message, dnsfunc=lambda name, timeout=5: record): sys.exit("no pass")
    count += 1
print(count / (time.process_time() - start))`,
    "-c",
  ],
};

/** @returns messages per second of processor time of those that are installed */
export function benchPeers(octets, record, seconds) {
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-bench-"));
  const path = join(folder, "message");
  writeFileSync(path, octets);
  const speeds = {};
  for (const [name, [program, script, flag]] of Object.entries(PEERS)) {
    const { status, stdout } = spawnSync(program, [flag, script, path, record, String(seconds)], { encoding: "utf8" });
    if (status === 0) speeds[name] = Number(stdout);
  }
  rmSync(folder, { recursive: true });
  return speeds;
}
