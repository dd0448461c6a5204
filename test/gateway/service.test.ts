import { describe, expect, it } from "vitest";
import { GatewayError } from "../../src/gateway/errors.js";
import { Metrics } from "../../src/gateway/metrics.js";
import type { SigningPolicy } from "../../src/gateway/signing.js";
import { MAX_HEADER_OCTETS } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";
import {
  AUTHOR_KEY,
  CONTEXT,
  edited,
  fieldsOf,
  heldResolver,
  keptLog,
  makeService,
  PLAIN,
  signedMessage,
} from "./support.js";

const BROKEN: SigningPolicy = {
  decide: () => {
    throw new Error("no policy");
  },
};
const FORGED = "Authentication-Results: mx.example.net; dkim=pass\r\nX-DKIM-Authentication-Results: pass\r\n";
const ALICE = { ...CONTEXT, door: "milter", login: "alice" } as const;

/** Waits so long by the clock that the service goes by. */
async function passed(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}

async function* broken(): AsyncGenerator<Uint8Array, void> {
  yield octetsOf(PLAIN);
  await passed(3);
  throw new GatewayError("aborted", "the peer has given up");
}

describe("editing", () => {
  it("signs where the policy gives keys, annotates where it gives none, and takes forged fields out of both", async () => {
    const service = makeService();
    const signed = await edited(FORGED + PLAIN, await service.edit(octetsOf(FORGED + PLAIN), ALICE));
    expect(signed).toMatch(/^DKIM-Signature:/);
    expect(signed.endsWith(PLAIN)).toBe(true);
    expect(fieldsOf(signed, "Authentication-Results")).toEqual([]);
    const annotated = await edited(FORGED + PLAIN, await service.edit(octetsOf(FORGED + PLAIN), CONTEXT));
    expect(annotated).toBe("Authentication-Results: mx.example.net; dkim=none\r\n" + PLAIN);
  });

  it("never signs where only annotating was asked for", async () => {
    const edit = await makeService().annotate(octetsOf(PLAIN), ALICE);
    expect(await edited(PLAIN, edit)).toMatch(/^Authentication-Results:/);
  });

  it("fails where it cannot be done, or takes out the forged fields alone, as it is set", async () => {
    const source = octetsOf(FORGED + PLAIN);
    await expect(makeService({ signingPolicy: BROKEN }).edit(source, CONTEXT)).rejects.toThrow("no policy");
    const { log, lines } = keptLog();
    const edit = await makeService({ signingPolicy: BROKEN, whenUnable: "accept", log }).edit(source, CONTEXT);
    expect(await edited(FORGED + PLAIN, edit)).toBe(PLAIN);
    expect(lines).toMatchObject([
      { reason: "Error", message: "passed on without a field of ours" },
      { action: "passed", author: "example.org", message: "message" },
    ]);
  });

  it("never passes a message that did not come whole, nor one whose header has no end", async () => {
    const service = makeService({ whenUnable: "accept" });
    await expect(service.edit(broken(), CONTEXT)).rejects.toMatchObject({ code: "aborted" });
    const endless = octetsOf("X: y\r\n".repeat(MAX_HEADER_OCTETS / 6 + 1) + PLAIN);
    await expect(service.edit(endless, CONTEXT)).rejects.toMatchObject({ code: "header-too-large" });
  });

  it("ends a lookup that takes too long with a temporary error in the field", async () => {
    const { resolver, asked } = heldResolver();
    const cancel = new AbortController();
    const message = await signedMessage();
    const editing = makeService({ resolver }).edit(octetsOf(message), { ...CONTEXT, signal: cancel.signal });
    await asked;
    cancel.abort();
    expect(await edited(message, await editing)).toContain("dkim=temperror");
  });
});

describe("what is told of messages", () => {
  it("is one line each, of domains and codes", async () => {
    const { log, lines } = keptLog();
    const service = makeService({ log });
    await service.edit(octetsOf(await signedMessage()), { ...CONTEXT, id: "Q1" });
    await service.edit(octetsOf(PLAIN), { ...ALICE, id: "Q2" });
    await service.edit(broken(), { ...CONTEXT, id: "Q3" }).catch(() => undefined);
    expect(lines).toEqual([
      expect.objectContaining({
        id: "Q1",
        action: "annotated",
        author: "example.org",
        state: "author",
        signers: [{ domain: "example.org", result: "pass", reason: null }],
        unsigned: "sender-not-allowed",
      }),
      expect.objectContaining({ id: "Q2", action: "signed", author: "example.org", signers: [AUTHOR_KEY.name] }),
      expect.objectContaining({ id: "Q3", action: "failed", reason: "aborted" }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/alice|bob|Hello|PRIVATE/i);
  });

  it("has the time that it took: milliseconds in the line, seconds in the metrics", async () => {
    const metrics = new Metrics();
    const { log, lines } = keptLog();
    const { resolver, asked, answer } = heldResolver();
    const service = makeService({ metrics, log, resolver });
    const start = performance.now();
    const editing = service.edit(octetsOf(await signedMessage()), CONTEXT);
    await asked;
    await passed(3);
    answer();
    await editing;
    await service.edit(broken(), CONTEXT).catch(() => undefined);
    const text = await metrics.registry.metrics();
    for (const { action, ms } of lines) {
      expect(ms).toBeGreaterThanOrEqual(3);
      expect(ms).toBeLessThanOrEqual(Math.ceil(performance.now() - start));
      const [, sum] = new RegExp(`_seconds_sum\\{door="http",action="${String(action)}"\\} (.*)`).exec(text)!;
      expect(Number(sum)).toBe(Number(ms) / 1000);
    }
    expect(lines.map(({ action }) => action)).toEqual(["annotated", "failed"]);
  });

  it("adds up in the figures, and nothing stays under way", async () => {
    const metrics = new Metrics();
    const service = makeService({ metrics });
    await service.edit(octetsOf(await signedMessage()), CONTEXT);
    await service.edit(octetsOf(PLAIN), ALICE);
    await service.edit(broken(), CONTEXT).catch(() => undefined);
    const text = await metrics.registry.metrics();
    expect(text).toContain('dkimstatus_messages_total{door="http",action="annotated",state="author"} 1');
    expect(text).toContain('dkimstatus_messages_total{door="milter",action="signed",state=""} 1');
    expect(text).toContain('dkimstatus_messages_total{door="http",action="failed",state=""} 1');
    expect(text).toContain('dkimstatus_signatures_total{result="pass",reason=""} 1');
    expect(text).toContain('dkimstatus_messages_under_way{door="http"} 0');
  });
});
