import { nodeCrypto } from "../../src/crypto/node.js";
import type { Resolver } from "../../src/dkim/resolver.js";
import { zoneResolver } from "../../src/dns/zone.js";
import type { Log } from "../../src/gateway/log.js";
import type { MessageContext } from "../../src/gateway/message.js";
import { Metrics } from "../../src/gateway/metrics.js";
import { GatewayService, type ServiceSettings } from "../../src/gateway/service.js";
import type { SigningPolicy } from "../../src/gateway/signing.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";
import { applyEdit } from "../../src/service/edit.js";
import type { Edit } from "../../src/service/types.js";
import { makeKey, signed, zoneOf } from "../support/dkim.js";

export const AUTHSERV_ID = "mx.example.net";
export const AUTHOR_KEY = makeKey("example.org", "s1");
export const ZONE = zoneOf(AUTHOR_KEY);

/** A log that keeps its lines. */
export function keptLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const keep = ((fields: Record<string, unknown>, message: string) => {
    lines.push({ ...fields, message });
  }) as Log["info"];
  return { log: { info: keep, warn: keep, error: keep, debug: keep }, lines };
}

/** Who logged in as `alice` signs for example.org. */
export const ALICE_SIGNS: SigningPolicy = {
  decide: ({ author, context }) =>
    context.login === "alice" && author.mailbox?.domain === "example.org"
      ? { keys: [AUTHOR_KEY.key], reason: null }
      : { keys: null, reason: "sender-not-allowed" },
};

export function makeService(settings: Partial<ServiceSettings> = {}): GatewayService {
  return new GatewayService({
    authservId: AUTHSERV_ID,
    authservIds: [AUTHSERV_ID, "mx2.example.net"],
    resolver: zoneResolver(ZONE),
    crypto: nodeCrypto,
    signingPolicy: ALICE_SIGNS,
    whenUnable: "tempfail",
    log: keptLog().log,
    metrics: new Metrics(),
    ...settings,
  });
}

export const CONTEXT: MessageContext = {
  door: "http",
  id: "test",
  login: null,
  clientAddress: null,
  daemonName: null,
  envelopeSender: null,
};

export const PLAIN =
  "From: Alice <alice@example.org>\r\nTo: bob@example.net\r\nSubject: folded\r\n\tsubject\r\n" +
  "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello,\r\n\r\nworld.\r\n";

/** Signed with simple header canonicalization: one octet of the header lost, and it fails. */
export function signedMessage(message = PLAIN): Promise<string> {
  return signed(message, [AUTHOR_KEY], { headerCanonicalization: "simple" });
}

/** A resolver that answers when it is told to. */
export function heldResolver(): { resolver: Resolver; asked: Promise<void>; answer: () => void } {
  const zone = zoneResolver(ZONE);
  let answer = (): void => undefined;
  let wasAsked = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const asked = new Promise<void>((resolve) => (wasAsked = resolve));
  return {
    resolver: {
      resolveTxt: async (name, options) => {
        wasAsked();
        await held;
        return zone.resolveTxt(name, options);
      },
    },
    asked,
    answer,
  };
}

export async function edited(message: string, edit: Edit): Promise<string> {
  let text = "";
  for await (const piece of applyEdit(octetsOf(message), edit)) text += binaryString(piece);
  return text;
}

/** The values of the fields of one name, unfolded. */
export function fieldsOf(message: string, name: string): string[] {
  const header = message.slice(0, message.indexOf("\r\n\r\n") + 2);
  const unfolded = header.replace(/\r\n(?=[ \t])/g, "");
  const key = `${name.toLowerCase()}:`;
  return unfolded
    .split("\r\n")
    .filter((line) => line.toLowerCase().startsWith(key))
    .map((line) => line.slice(key.length).trim());
}
