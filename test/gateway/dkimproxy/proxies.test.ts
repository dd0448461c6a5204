import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeCrypto } from "../../../src/crypto/node.js";
import { zoneResolver } from "../../../src/dns/zone.js";
import { loadDkimproxyOut } from "../../../src/gateway/dkimproxy/configuration.js";
import { withLegacyField } from "../../../src/gateway/dkimproxy/legacy-field.js";
import { Metrics } from "../../../src/gateway/metrics.js";
import { GatewayService, type ServiceSettings } from "../../../src/gateway/service.js";
import { SmtpProxyServer } from "../../../src/gateway/smtp/server.js";
import type { Editor } from "../../../src/gateway/smtp/transit.js";
import { octetsOf } from "../../../src/message/octets.js";
import { makeKey, outcomes, zoneOf } from "../../support/dkim.js";
import { Client } from "../smtp/client.js";
import { Sink } from "../smtp/sink.js";
import { AUTHSERV_ID, CONTEXT, edited, fieldsOf, keptLog, makeService, PLAIN, signedMessage } from "../support.js";

const RSA = makeKey("example.org", "selector1", "rsa");
const ED = makeKey("example.org", "ed", "ed25519");
const ZONE = zoneResolver(zoneOf(RSA, ED));
const FORGED = `Authentication-Results: ${AUTHSERV_ID}; dkim=pass header.d=bank.example\r\n`;
const OLD_FORGED = "X-DKIM-Authentication-Results: pass\r\n";

const { log, lines } = keptLog();
const metrics = new Metrics();
let folder: string;
let sink: Sink;
let relayPort: number;
let server: SmtpProxyServer | null = null;

beforeEach(async () => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), "dkimstatus-dkimproxy-"));
  sink = new Sink();
  relayPort = await sink.listen();
});
afterEach(async () => {
  await server?.stop(0);
  await sink.stop();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

async function dkimproxyOut(settings: Partial<ServiceSettings> = {}): Promise<GatewayService> {
  const conf = [
    "listen 127.0.0.1:10027",
    `relay 127.0.0.1:${relayPort}`,
    "domain example.org",
    "signature dkim(c=relaxed)",
    `signature dkim(c=relaxed,s=ed,key=${file("ed.key", ED.key.privateKey as string)})`,
    "signature domainkeys(c=nofws)",
    `keyfile ${file("private.key", RSA.key.privateKey as string)}`,
    "selector selector1",
  ].join("\n");
  const { policy } = await loadDkimproxyOut(file("out.conf", conf), []);
  return new GatewayService({
    signingPolicy: policy,
    unsigned: "stripped",
    authservId: AUTHSERV_ID,
    authservIds: [AUTHSERV_ID],
    whenUnable: "accept",
    resolver: ZONE,
    crypto: nodeCrypto,
    log,
    metrics,
    ...settings,
  });
}

async function answerTo(editor: Editor, message: string): Promise<string> {
  const { kind, host, port } = { kind: "inet" as const, host: "127.0.0.1", port: relayPort };
  const relay = { kind, host, port };
  server = new SmtpProxyServer({ door: "proxy-out", service: () => editor, relay, hostname: AUTHSERV_ID, log });
  await server.listen({ kind: "inet", host: "127.0.0.1", port: 0 });
  const client = new Client((server.address as AddressInfo).port);
  const answer = await client.deliver(message);
  client.destroy();
  return answer;
}

async function deliver(editor: Editor, message: string): Promise<string> {
  expect(await answerTo(editor, message)).toMatch(/^250 /);
  return sink.deliveries.at(-1)!.wire;
}

describe("the proxy for outgoing mail", () => {
  it("signs with all keys of the author's domain, relaxed/simple as DKIMproxy did, and takes forged fields out", async () => {
    const wire = await deliver(await dkimproxyOut(), OLD_FORGED + FORGED + PLAIN);
    expect(fieldsOf(wire, "dkim-signature").map((value) => /c=\S+/.exec(value)?.[0])).toEqual([
      "c=relaxed/simple;",
      "c=relaxed/simple;",
    ]);
    expect(await outcomes(wire, ZONE)).toEqual(["pass", "pass"]);
    expect(fieldsOf(wire, "authentication-results")).toEqual([]);
    expect(fieldsOf(wire, "x-dkim-authentication-results")).toEqual([]);
    expect(wire.endsWith(PLAIN)).toBe(true);
    expect(lines.find(({ message }) => message === "message")).toMatchObject({ action: "signed", door: "proxy-out" });
  });

  it("passes other mail on without a word of ours, and without forged ones", async () => {
    const foreign = PLAIN.replace("alice@example.org", "alice@other.example");
    expect(await deliver(await dkimproxyOut(), FORGED + foreign)).toBe(foreign);
    expect(lines.find(({ message }) => message === "message")).toMatchObject({
      action: "passed",
      author: "other.example",
      unsigned: "no-key-for-author",
    });
  });

  it("signs a message that is too large for the memory", async () => {
    const large = PLAIN + ("x".repeat(76) + "\r\n").repeat(20_000);
    const wire = await deliver(await dkimproxyOut(), large);
    expect(await outcomes(wire, ZONE)).toEqual(["pass", "pass"]);
  });

  const broken: typeof nodeCrypto = {
    ...nodeCrypto,
    sign: () => {
      throw new Error("no entropy");
    },
  };

  it("passes mail on unsigned where it cannot sign, and forged fields out all the same", async () => {
    expect(await deliver(await dkimproxyOut({ crypto: broken }), FORGED + PLAIN)).toBe(PLAIN);
  });

  it("keeps it back where reject_error asks for that", async () => {
    const outgoing = await dkimproxyOut({ crypto: broken, whenUnable: "tempfail" });
    expect(await answerTo(outgoing, PLAIN)).toBe("451 4.3.0 The message cannot be worked on now\r\n");
    expect(sink.deliveries).toEqual([]);
  });

  it("asks the gateway's own policy where there is one", async () => {
    const outgoing = makeService({
      log,
      unsigned: "stripped",
      signingPolicy: {
        decide: ({ context }) =>
          context.clientAddress === "192.0.2.7" ? { keys: [ED.key], reason: null } : { keys: null, reason: "stranger" },
      },
    });
    const edit = (clientAddress: string | null) =>
      outgoing.edit(octetsOf(PLAIN), { ...CONTEXT, door: "proxy-out", clientAddress });
    expect(await outcomes(await edited(PLAIN, await edit("192.0.2.7")), ZONE)).toEqual(["pass"]);
    expect(await edited(PLAIN, await edit(null))).toBe(PLAIN);
  });

  it("does not pass on what has a header without end", async () => {
    const outgoing = await dkimproxyOut();
    await expect(outgoing.edit(octetsOf("X: y\r\n".repeat(200_000)), CONTEXT)).rejects.toMatchObject({
      code: "header-too-large",
    });
  });
});

describe("X-DKIM-Authentication-Results", () => {
  const annotated = async (message: string) =>
    edited(message, withLegacyField(await makeService({ log }).annotate(octetsOf(message), CONTEXT)));

  it("tells the best result, below our field", async () => {
    const passed = await annotated(await signedMessage());
    expect(passed).toMatch(/^Authentication-Results: [^]*\r\nX-DKIM-Authentication-Results: pass\r\nDKIM-Signature/);
    const broken = (await signedMessage()).replace("world", "World");
    expect(fieldsOf(await annotated(broken), "x-dkim-authentication-results")).toEqual(["fail (body-hash-mismatch)"]);
    const unknown = (await signedMessage()).replace("s=s1", "s=s9");
    expect(fieldsOf(await annotated(unknown), "x-dkim-authentication-results")).toEqual(["invalid (key-not-found)"]);
  });

  it("says none where there is no signature, in the message's own line ending, and takes forged ones out", async () => {
    expect(fieldsOf(await annotated(OLD_FORGED + PLAIN), "x-dkim-authentication-results")).toEqual(["none"]);
    const unix = PLAIN.replaceAll("\r\n", "\n");
    expect(await annotated(unix)).toContain("\nX-DKIM-Authentication-Results: none\nFrom:");
  });

  it("says nothing where our field says nothing", () => {
    const edit = { prepend: new Uint8Array(0), remove: [] };
    expect(withLegacyField(edit)).toBe(edit);
  });
});
