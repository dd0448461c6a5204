import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sign } from "../../src/index.js";
import { BARE_CR, octets, SHAPES, SPACE_BEFORE_COLON } from "./messages.js";
import { Bind } from "./stack/bind.js";
import { verifyFiles } from "./stack/cli.js";
import { Dovecot } from "./stack/dovecot.js";
import { publishKey, type PublishedKey } from "./stack/keys.js";
import { Machine } from "./stack/machine.js";
import { startOpenDkimSigner, startOpenDkimVerifier } from "./stack/opendkim.js";
import { dkimpy, mailDkim } from "./stack/peers.js";
import { Postfix } from "./stack/postfix.js";
import { send } from "./stack/smtp.js";

const CANONICALIZATIONS = ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"] as const;
/** What OpenDKIM signs with Ed25519 and a simple header, neither this project nor dkimpy verifies. */
const OPENDKIM_SIGNS = ["rsa simple/relaxed", "rsa relaxed/simple", "ed25519 relaxed/simple"];
const ALL = Object.keys(SHAPES);
const DKIMPY_READS = ALL.filter((name) => name !== SPACE_BEFORE_COLON);

const machine = new Machine("core");
let bind: Bind;
let rsa: PublishedKey;
let ed25519: PublishedKey;

beforeAll(async () => {
  bind = await Bind.start(machine);
  rsa = publishKey(machine, bind, { domain: "sender.example", selector: "rsa", type: "rsa" });
  ed25519 = publishKey(machine, bind, { domain: "sender.example", selector: "ed", type: "ed25519" });
});

afterAll(() => machine.stop());

/** As a milter it is not shown the octets of these. */
const OPENDKIM_READS = ALL.filter((name) => name !== SPACE_BEFORE_COLON && name !== BARE_CR);

const messagesOf = (shapes: readonly string[]) => shapes.map((name) => octets(SHAPES[name]!));

/** Each shape, signed by this project with both keys, the RSA signature on top. */
async function signedByUs(shapes: readonly string[], canonicalization: string): Promise<Buffer[]> {
  const [headerCanonicalization, bodyCanonicalization] = canonicalization.split("/") as ["simple", "relaxed"];
  const options = { keys: [rsa, ed25519], headerCanonicalization, bodyCanonicalization };
  return Promise.all(
    messagesOf(shapes).map(async (message) => Buffer.concat([(await sign(message, options)).prepend, message])),
  );
}

/** What this project finds in each message: the results, the topmost signature's first. */
function verifiedByUs(messages: readonly Uint8Array[]): string[][] {
  const files = messages.map((message, index) => machine.write(`ours/${index}.eml`, message));
  return verifyFiles(bind, files).map(({ signatures }) => signatures.map(({ result, reason }) => reason ?? result));
}

/** For an answer that names the shape that went wrong. */
function named(shapes: readonly string[], results: readonly string[][]): Record<string, string[] | undefined> {
  return Object.fromEntries(shapes.map((name, index) => [name, results[index]]));
}

const allPass = (shapes: readonly string[], signatures: number) =>
  Object.fromEntries(shapes.map((name) => [name, Array<string>(signatures).fill("pass")]));

describe.each(CANONICALIZATIONS)("signatures in %s", (canonicalization) => {
  it("of ours verify with dkimpy, RSA and Ed25519", async () => {
    const results = dkimpy(machine, bind).verify(await signedByUs(DKIMPY_READS, canonicalization));
    expect(named(DKIMPY_READS, results)).toEqual(allPass(DKIMPY_READS, 2));
  });

  it("of ours verify with Mail::DKIM, RSA", async () => {
    const results = mailDkim(machine, bind).verify(await signedByUs(ALL, canonicalization));
    const topmost = results.map(([first = "none"]) => [first]);
    expect(named(ALL, topmost)).toEqual(allPass(ALL, 1));
  });

  it.each(["rsa", "ed25519"] as const)("of dkimpy verify with ours: %s", (type) => {
    const key = type === "rsa" ? rsa : ed25519;
    const messages = dkimpy(machine, bind).sign(messagesOf(DKIMPY_READS), key, canonicalization);
    expect(named(DKIMPY_READS, verifiedByUs(messages))).toEqual(allPass(DKIMPY_READS, 1));
  });

  it("of Mail::DKIM verify with ours: rsa", () => {
    const messages = mailDkim(machine, bind).sign(messagesOf(ALL), rsa, canonicalization);
    expect(named(ALL, verifiedByUs(messages))).toEqual(allPass(ALL, 1));
  });
});

describe("OpenDKIM behind Postfix", () => {
  let dovecot: Dovecot;
  let verifierPort: number;
  const signerPorts = new Map<string, number>();

  beforeAll(async () => {
    dovecot = await Dovecot.start(machine);
    verifierPort = await machine.port();
    const verifier = await startOpenDkimVerifier(machine, bind, "opendkim.example");
    const services = [`127.0.0.1:${verifierPort} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${verifier}`];
    for (const name of OPENDKIM_SIGNS) {
      const [type, canonicalization = ""] = name.split(" ");
      const signer = await startOpenDkimSigner(machine, type === "rsa" ? rsa : ed25519, canonicalization);
      const port = await machine.port();
      signerPorts.set(name, port);
      services.push(`127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${signer}`);
    }
    const ports = [verifierPort, ...signerPorts.values()];
    await Postfix.start(machine, { services, ports, lmtpPort: dovecot.lmtpPort });
  });

  /** Sends all and waits for all, in their order. */
  async function through(port: number, user: string, messages: readonly Uint8Array[]): Promise<Buffer[]> {
    const mailbox = dovecot.mailbox(`${user}@home.example`);
    for (const [index, message] of messages.entries()) {
      const to = `${user}@home.example`;
      const numbered = Buffer.concat([octets(`X-Number: ${index};\r\n`), message]);
      expect(await send(port, { from: "alice@sender.example", to, message: numbered })).toMatchObject({ code: 250 });
    }
    return Promise.all(messages.map((_, index) => mailbox.arrival(`X-Number: ${index};`)));
  }

  it.each(CANONICALIZATIONS)("verifies signatures of ours in %s, RSA and Ed25519", async (canonicalization) => {
    const user = `v-${canonicalization.replace("/", "-")}`;
    const arrived = await through(verifierPort, user, await signedByUs(OPENDKIM_READS, canonicalization));
    const results = arrived.map((message) => {
      const field = /^Authentication-Results: opendkim\.example;.*\r\n(?:[ \t].*\r\n)*/m.exec(
        message.toString("latin1"),
      );
      return [...(field?.[0] ?? "").matchAll(/dkim=(\w+)/g)].map(([, result]) => result!);
    });
    expect(named(OPENDKIM_READS, results)).toEqual(allPass(OPENDKIM_READS, 2));
  });

  it.each(OPENDKIM_SIGNS)("makes signatures that verify with ours: %s", async (name) => {
    const arrived = await through(signerPorts.get(name)!, `s-${name.replace(/[ /]/g, "-")}`, messagesOf(ALL));
    expect(named(ALL, verifiedByUs(arrived))).toEqual(allPass(ALL, 1));
  });
});
