import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sign, type SigningKey } from "../../src/index.js";
import { letter } from "./messages.js";
import { Bind } from "./stack/bind.js";
import { runCliAside } from "./stack/cli.js";
import { DnsRelay, type Distortion } from "./stack/dns-relay.js";
import { publishKey } from "./stack/keys.js";
import { Machine } from "./stack/machine.js";

const machine = new Machine("dns-faults");
let bind: Bind;
let relay: DnsRelay;
let key: SigningKey;

beforeAll(async () => {
  bind = await Bind.start(machine);
  relay = await DnsRelay.start(machine, bind.port);
  key = publishKey(machine, bind, { domain: "sender.example", selector: "s1", type: "rsa" });
});

afterAll(() => machine.stop());

/** What `dkimstatus verify` says of a message that the key has signed; this process answers its questions meanwhile. */
async function verdict(signingKey: SigningKey, { server }: { readonly server: string }): Promise<string> {
  const message = letter({ mark: "dns" });
  const { prepend } = await sign(message, { keys: [signingKey] });
  const file = machine.write("dns.eml", Buffer.concat([prepend, message]));
  const output = await runCliAside("verify", "--json", "--dns-server", server, file);
  const { signatures } = JSON.parse(output) as { signatures: { result: string; reason: string | null }[] };
  return signatures.map(({ result, reason }) => reason ?? result).join();
}

/** A key whose record is put into the DNS by the test. */
function unpublished(selector: string, modulusLength = 2048): { key: SigningKey; record: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
  const p = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { key: { domain: "sender.example", selector, privateKey: pem }, record: `v=DKIM1; k=rsa; p=${p}` };
}

const otherId = (answer: Buffer) => {
  const other = Buffer.from(answer);
  other.writeUInt16BE((answer.readUInt16BE(0) + 1) & 0xffff, 0);
  return other;
};
const withFlags = (answer: Buffer, flags: number) => {
  const other = Buffer.from(answer);
  other.writeUInt16BE(flags, 2);
  return other;
};
/** RFC 1035 §4.1.1: an answer with authority, truncated. */
const TRUNCATED = 0x8600;
/** The same, rcode 2. */
const SERVFAIL = 0x8402;
/** "There is no such name", under the right or another id. */
const denied = (answer: Buffer) => {
  const header = Buffer.from(answer);
  header.writeUInt16BE(0x8403, 2);
  header.writeUInt16BE(0, 6);
  return header;
};

describe("answers on a bad network", () => {
  it.each<[string, Distortion, string]>([
    ["late", (answer) => [[1200, answer]], "pass"],
    [
      "twice",
      (answer) => [
        [0, answer],
        [0, answer],
      ],
      "pass",
    ],
    [
      "behind a denial with a wrong id",
      (answer) => [
        [0, otherId(denied(answer))],
        [30, answer],
      ],
      "pass",
    ],
    [
      "behind a denial from another port",
      (answer) => [
        [0, denied(answer), "forged"],
        [30, answer],
      ],
      "pass",
    ],
    ["from another port only", (answer) => [[0, answer, "forged"]], "key-lookup-failed"],
    ["truncated, where nobody answers over TCP", (answer) => [[0, withFlags(answer, TRUNCATED)]], "key-lookup-failed"],
    ["with a wrong id only", (answer) => [[0, otherId(answer)]], "key-lookup-failed"],
    ["cut off", (answer) => [[0, answer.subarray(0, 40)]], "key-lookup-failed"],
    ["lost", () => [], "key-lookup-failed"],
  ])("%s", async (_, distortion, expected) => {
    relay.distortion = distortion;
    expect(await verdict(key, relay)).toBe(expected);
  });
});

describe("an answer that there is no such name", () => {
  it.each<[string, Distortion, string]>([
    ["is believed", (answer) => [[0, answer]], "key-not-found"],
    ["turned into SERVFAIL says nothing", (answer) => [[0, withFlags(answer, SERVFAIL)]], "key-lookup-failed"],
  ])("%s", async (_, distortion, expected) => {
    relay.distortion = distortion;
    expect(await verdict(unpublished("absent").key, relay)).toBe(expected);
  });
});

describe("answers of BIND", () => {
  it("too long for a datagram are asked for over TCP", async () => {
    const { key, record } = unpublished("long", 4096);
    bind.addTxt("long._domainkey.sender.example", record);
    expect(await verdict(key, bind)).toBe("pass");
  });

  it("behind a CNAME are found", async () => {
    const { key, record } = unpublished("alias");
    bind.addTxt("keys.provider.example", record);
    bind.addCname("alias._domainkey.sender.example", "keys.provider.example");
    expect(await verdict(key, bind)).toBe("pass");
  });

  it("that go in a circle end, and nothing passes", async () => {
    const { key } = unpublished("circle");
    bind.addCname("circle._domainkey.sender.example", "circle.provider.example");
    bind.addCname("circle.provider.example", "circle._domainkey.sender.example");
    expect(await verdict(key, bind)).toMatch(/^key-(not-found|lookup-failed)$/);
  });

  it("with two records for one key pass nothing", async () => {
    const { key, record } = unpublished("two");
    bind.addTxt("two._domainkey.sender.example", record, unpublished("two").record);
    expect(await verdict(key, bind)).not.toBe("pass");
  });
});
