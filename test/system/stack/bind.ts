import { execFileSync } from "node:child_process";
import { Daemon } from "./daemon.js";
import type { Machine } from "./machine.js";

/** All names of the tests are below `example`, but those below this one: BIND answers them with SERVFAIL. */
export const BROKEN_ZONE = "broken.example";

/** A real BIND 9, authoritative for `example`, whose records come and go while it runs. */
export class Bind {
  #daemon: Daemon | null = null;

  private constructor(
    private readonly machine: Machine,
    readonly port: number,
    private readonly controlPort: number,
  ) {}

  static async start(machine: Machine): Promise<Bind> {
    const bind = new Bind(machine, await machine.port(), await machine.port());
    machine.write("bind/example.zone", zone("example"));
    machine.write("bind/named.conf", bind.#configuration());
    machine.write("bind/rndc.conf", bind.#controlConfiguration());
    await bind.start();
    return bind;
  }

  /** ADDRESS:PORT, as `--dns-server` takes it. */
  get server(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ["-g", "-n", "1", "-c", this.machine.path("bind/named.conf")];
    this.#daemon = await this.machine.start("bind/named", "named", args).listening(this.port, this.controlPort);
  }

  /** Nobody listens any more: questions are refused at once. */
  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** Questions arrive and are not answered, until {@link Bind.resume}. */
  async suspend(): Promise<void> {
    await this.#daemon?.suspend();
  }

  resume(): void {
    this.#daemon?.signal("SIGCONT");
  }

  /** Publishes TXT records beside those that are there; TTL 0, so that no cache hides a change. */
  addTxt(name: string, ...values: readonly string[]): void {
    this.#update(values.map((value) => `update add ${name}. 0 TXT ${strings(value)}`));
  }

  addCname(name: string, target: string): void {
    this.#update([`update add ${name}. 0 CNAME ${target}.`]);
  }

  /** Publishes what `dkimstatus dns` and the like print for nsupdate. */
  update(commands: string): void {
    this.#nsupdate(commands);
  }

  remove(name: string): void {
    this.#update([`update delete ${name}.`]);
  }

  /** SERVFAIL for a zone below `example`, while it lasts: a secondary without a primary. */
  breakZone(name: string): void {
    const data = `{ type secondary; primaries { 127.0.0.1 port 1; }; file "${this.machine.path(`bind/${name}`)}"; };`;
    this.#control("addzone", name, data);
  }

  mendZone(name: string): void {
    this.#control("delzone", "-clean", name);
  }

  /** A zone beside `example`. @param lines of its file, behind the first ones that every zone has */
  addZone(name: string, lines: string): void {
    const file = this.machine.write(`bind/${name}.zone`, zone(name) + lines);
    this.#control("addzone", name, `{ type primary; file "${file}"; };`);
  }

  #update(lines: readonly string[]): void {
    this.#nsupdate(["zone example.", ...lines, "send", ""].join("\n"));
  }

  #nsupdate(commands: string): void {
    const input = `server 127.0.0.1 ${this.port}\n${commands}`;
    execFileSync("nsupdate", ["-t", "10"], { input, stdio: ["pipe", "ignore", "inherit"] });
  }

  #control(...command: readonly string[]): void {
    const args = ["-c", this.machine.path("bind/rndc.conf"), "-s", "127.0.0.1", "-p", String(this.controlPort)];
    execFileSync("rndc", [...args, ...command], { stdio: ["ignore", "ignore", "inherit"] });
  }

  #configuration(): string {
    const folder = this.machine.mkdir("bind");
    return `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${this.port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  notify no;
  allow-new-zones yes;
  minimal-responses yes;
};
${CONTROL_KEY}
controls { inet 127.0.0.1 port ${this.controlPort} allow { 127.0.0.1; } keys { control; }; };
zone "example" { type primary; file "example.zone"; allow-update { 127.0.0.1; }; };
zone "${BROKEN_ZONE}" { type secondary; primaries { 127.0.0.1 port 1; }; file "broken.zone"; };
`;
  }

  #controlConfiguration(): string {
    return `${CONTROL_KEY}\noptions { default-key control; };\n`;
  }
}

/** Of no use beyond loopback and beyond the run. */
const CONTROL_KEY = 'key control { algorithm hmac-sha256; secret "c3lzdGVtLXRlc3RzLW9ubHk="; };';

function zone(name: string): string {
  return `$ORIGIN ${name}.
$TTL 0
@ IN SOA ns root ( 1 60 60 3600 0 )
@ IN NS ns
ns IN A 127.0.0.1
`;
}

/** A TXT record's data: strings of 255 octets at the most. RFC 1035 §3.3.14 */
function strings(value: string): string {
  const parts = value.match(/.{1,255}/gs) ?? [""];
  return parts.map((part) => `"${part.replace(/["\\]/g, "\\$&")}"`).join(" ");
}
