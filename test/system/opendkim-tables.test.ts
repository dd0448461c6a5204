import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadGatewayConfig, type GatewayConfig } from "../../src/gateway/config/load.js";
import { authorOfValues } from "../../src/message/author.js";
import { fieldsOf } from "../gateway/support.js";
import { MilterClient } from "../gateway/milter/client.js";
import { makeKey } from "../support/dkim.js";
import { Machine } from "./stack/machine.js";

const machine = new Machine("opendkim-tables");

/** Each key has a selector of its own, and signs for the author's domain: what signs tells which lines matched. */
const SELECTORS = ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"];

const TABLES = {
  file: `
*                        k8
user@*                   k7
.example                 k6
.b.example               k5
user@.example            k4:staff@%
user@.b.example          k3
a.b.example              k2:@sub.%
User@a.b.example         k1
`,
  refile: `
*@a.b.example            k1
USER@*                   k2:staff@other.example
*@*.example              k3:staff@%
user@?.example           k4
*.b.example              k5
*                        k6
`,
} as const;

const AUTHORS = [
  "user@a.b.example",
  "USER@A.B.EXAMPLE",
  "other@a.b.example",
  "user@b.example",
  "other@b.example",
  "user@example.net",
  "other@c.example",
  "other@example.net",
];

beforeAll(() => {
  const { privateKey } = makeKey("any.example", "k", "rsa", 1024).key;
  const file = machine.write("key.pem", privateKey as string, 0o600);
  machine.write("KeyTable", SELECTORS.map((selector) => `${selector} %:${selector}:${file}\n`).join(""));
  for (const [form, table] of Object.entries(TABLES)) machine.write(`SigningTable.${form}`, table);
});

afterAll(() => machine.stop());

/** A real OpenDKIM over the tables. @returns its port */
async function startOpenDkim(form: keyof typeof TABLES, multiple: boolean): Promise<number> {
  const port = await machine.port();
  const name = `${form}-${String(multiple)}`;
  const settings = `Socket inet:${port}@127.0.0.1
Syslog no
Background no
Mode s
InternalHosts csl:127.0.0.1
RequireSafeKeys no
KeyTable file:${machine.path("KeyTable")}
SigningTable ${form}:${machine.path(`SigningTable.${form}`)}
MultipleSignatures ${multiple ? "yes" : "no"}
`;
  const args = ["-f", "-x", machine.write(`${name}.conf`, settings)];
  await machine.start(`opendkim-${name}`, "opendkim", args, { stopSignal: "SIGKILL" }).listening(port);
  return port;
}

/** The selectors with which OpenDKIM signs, from the top down, each with its i= if it has one. */
async function signedByOpenDkim(port: number, author: string): Promise<string[]> {
  const client = await MilterClient.open({ port, host: "127.0.0.1" });
  await client.connected({ clientAddress: "127.0.0.1" });
  const { message } = await client.deliver(`From: ${author}\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n`);
  client.quit();
  return fieldsOf(message, "DKIM-Signature").map((value) => {
    const tag = (name: string) => new RegExp(`[;\\s]${name}=([^;]+);`).exec(value)?.[1];
    return named(tag("s")!, tag("i"));
  });
}

function loadConfig(form: keyof typeof TABLES, multiple: boolean): Promise<GatewayConfig> {
  const toml = `
[opendkim]
key_table = "KeyTable"
signing_table = "${form}:SigningTable.${form}"
multiple_signatures = ${String(multiple)}
[[allow]]
networks = ["127.0.0.1"]
from = ["*"]
`;
  return loadGatewayConfig(machine.write(`${form}-${String(multiple)}.toml`, toml));
}

function signedByUs({ policy }: GatewayConfig, author: string): string[] {
  const context = {
    door: "milter",
    login: null,
    clientAddress: "127.0.0.1",
    daemonName: null,
    envelopeSender: null,
  } as const;
  const { keys } = policy.decide({ author: authorOfValues([author]), context });
  return (keys ?? []).map(({ selector, identity }) => named(selector, identity));
}

function named(selector: string, identity: string | undefined): string {
  return identity === undefined ? selector : `${selector} i=${identity}`;
}

describe.each(["file", "refile"] as const)("a SigningTable as a %s", (form) => {
  it("signs with the key with which OpenDKIM signs", async () => {
    const { ours, theirs } = await compared(form, false);
    expect(ours).toEqual(theirs);
    expect(new Set(Object.values(ours).flat()).size).toBeGreaterThan(3);
    expect(Object.values(ours).flat().join("\n")).toContain(" i=");
  });

  it("with MultipleSignatures signs with all that match, of which OpenDKIM 2.11 loses those in the middle", async () => {
    const { ours, theirs } = await compared(form, true);
    const ends = Object.entries(ours).map(([author, all]) => [author, all.length > 1 ? [all.at(-1), all[0]] : all]);
    expect(Object.fromEntries(ends)).toEqual(theirs);
  });
});

/** Ours in the order of the table, theirs from the top down: the last one that signs is on top. */
async function compared(form: keyof typeof TABLES, multiple: boolean) {
  const port = await startOpenDkim(form, multiple);
  const config = await loadConfig(form, multiple);
  const ours = Object.fromEntries(AUTHORS.map((author) => [author, signedByUs(config, author)]));
  const theirs: Record<string, string[]> = {};
  for (const author of AUTHORS) theirs[author] = await signedByOpenDkim(port, author);
  return { ours, theirs };
}
