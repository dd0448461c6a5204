import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { annotate, sign, statusOf, verify } from "../../src/index.js";
import { zoneResolver, type Zone } from "../../src/dns/zone.js";
import { applyEdit } from "../../src/service/edit.js";
import { octetsOf } from "../../src/message/octets.js";
import { craft } from "../support/craft.js";
import { SIGNATURE_CASES, SIGNATURE_TAGS } from "../support/signature-cases.js";
import { pieces, textOf } from "../support/pieces.js";
import { makeKey, NOW, resolverOf, signed, zoneOf } from "../support/dkim.js";

const key = makeKey("example.org", "s1");
const options = { resolver: zoneResolver(zoneOf(key)), now: NOW };
const MESSAGE = "From: Ann <a@example.org>\r\nTo: b@example.net\r\nSubject: Hi\r\n\r\nHello.\r\n";

/** What is told of a message whose header had not ended when the caller cancelled. */
const CANCELLED = {
  author: null,
  signatures: [],
  status: {
    state: "unknown",
    signer: null,
    alignment: null,
    intermediary: null,
    reasons: ["temporary-error"],
    concerns: [],
  },
  authenticationResults: "mx; dkim=temperror reason=cancelled",
};

const UNREAD = {
  [Symbol.asyncIterator]: (): AsyncGenerator<Uint8Array> => {
    throw new Error("opened");
  },
};

describe("verify()", () => {
  it("answers the author, each signature, the status and the field", async () => {
    const message = octetsOf(await signed(MESSAGE, [key]));
    expect(await verify(message, { ...options, authservId: "mx.example.net" })).toEqual({
      author: { address: "a@example.org", domain: "example.org" },
      signatures: [
        {
          result: "pass",
          reason: null,
          domain: "example.org",
          selector: "s1",
          identity: "@example.org",
          algorithm: "ed25519-sha256",
          canonicalization: "relaxed/relaxed",
          keyBits: 256,
          bodyLength: null,
          alignment: "exact",
          concerns: [],
        },
      ],
      status: {
        state: "author",
        signer: "example.org",
        alignment: "exact",
        intermediary: null,
        reasons: [],
        concerns: [],
      },
      authenticationResults: expect.stringMatching(
        /^mx\.example\.net; dkim=pass header\.d=example\.org header\.i=@example\.org header\.s=s1 header\.a=ed25519-sha256 header\.b="?[A-Za-z0-9+/]{8}"?$/,
      ) as string,
    });
  });

  it("answers the same for a message in pieces of any size", async () => {
    const message = await signed(MESSAGE, [key]);
    const whole = await verify(octetsOf(message), options);
    for (const size of [1, 2, 3, 7, 64, 100_000]) {
      expect(await verify(pieces(message, size), options), `${size}`).toEqual(whole);
    }
  });

  it("has read a whole message when it returns, so that the octets may be used again while the DNS is asked", async () => {
    const message = octetsOf(await signed(MESSAGE, [key]));
    const slow = { resolveTxt: (name: string) => Promise.resolve(options.resolver.resolveTxt(name)) };
    const expected = await verify(message, options);
    const pending = verify(message, { ...options, resolver: slow });
    message.fill(0x21);
    expect(await pending).toEqual(expected);
  });

  it("has no field without an authserv-id, and dkim=none for a message without signature", async () => {
    expect((await verify(octetsOf(MESSAGE), options)).authenticationResults).toBeNull();
    const { authenticationResults, status } = await verify(octetsOf(MESSAGE), { ...options, authservId: "mx" });
    expect(authenticationResults).toBe("mx; dkim=none");
    expect(status.state).toBe("unsigned");
  });

  it("judges by its own results, whatever fields the message has", async () => {
    const forged = "Authentication-Results: mx.example.net; dkim=pass header.d=example.org\r\n" + MESSAGE;
    expect((await verify(octetsOf(forged), { ...options, authservId: "mx.example.net" })).status.state).toBe(
      "unsigned",
    );
  });

  it("has verdicts for an empty message, for a header without end, and for 10,000 signatures", async () => {
    expect((await verify(new Uint8Array(0), options)).status).toMatchObject({
      state: "malformed",
      reasons: ["from-missing"],
    });
    const endless = octetsOf("X: " + "x".repeat(10_000_000));
    expect(await verify(endless, { ...options, authservId: "mx" })).toMatchObject({
      status: { state: "malformed", reasons: ["header-too-large"] },
      authenticationResults: "mx; dkim=policy reason=header-too-large", // no signature was seen, but not all was read
    });
    const many = "DKIM-Signature: v=1; a=rsa-sha256; d=e.example; s=s; h=from; bh=A; b=A\r\n".repeat(5000) + MESSAGE;
    const answer = await verify(octetsOf(many), { ...options, authservId: "mx" });
    expect(answer.signatures).toHaveLength(5000);
    expect(answer.authenticationResults!.length).toBeLessThan(10_000);
  });

  it("lets go of a source whose header never ends", async () => {
    let open = true;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(octetsOf("X: " + "x".repeat(100_000) + "\r\n"));
      } finally {
        open = false;
      }
    }
    expect((await verify(endless(), options)).status.reasons).toEqual(["header-too-large"]);
    expect(open).toBe(false);
  });

  it("stops where the caller cancels, with verdicts", async () => {
    const controller = new AbortController();
    const message = await signed(MESSAGE, [key]);
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield octetsOf(message);
      for (;;) {
        controller.abort();
        yield await Promise.resolve(octetsOf("more\r\n"));
      }
    }
    const { signatures, status } = await verify(endless(), { ...options, signal: controller.signal });
    expect(signatures).toMatchObject([{ result: "temperror", reason: "cancelled" }]);
    expect(status.state).toBe("unknown");
  });

  it("stops where the caller cancels while the header is still coming in", async () => {
    const controller = new AbortController();
    async function* stalled(): AsyncGenerator<Uint8Array> {
      yield octetsOf(MESSAGE.slice(0, 30));
      setTimeout(() => {
        controller.abort();
      }, 10);
      await new Promise(() => undefined);
    }
    const answer = await verify(stalled(), { ...options, authservId: "mx", signal: controller.signal });
    expect(answer).toEqual(CANCELLED); // and never `unsigned`: the rest was not seen
  });

  it("stops where the caller had cancelled before the first octet", async () => {
    const message = pieces(await signed(MESSAGE, [key]), 10);
    expect(await verify(message, { ...options, authservId: "mx", signal: AbortSignal.abort() })).toEqual(CANCELLED);
  });

  it("leaves nothing at a signal that outlives the message", async () => {
    const { signal } = new AbortController();
    await verify(pieces(await signed(MESSAGE, [key]), 10), { ...options, signal });
    await verify(pieces("X: 1\r\n".repeat(100_000), 4096), { ...options, signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("stops without noise where the source fails to close", async () => {
    const controller = new AbortController();
    const source: AsyncIterator<Uint8Array> = {
      next: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
      return: () => Promise.reject(new Error("cannot close")),
    };
    const message = { [Symbol.asyncIterator]: () => source };
    const answer = await verify(message, { ...options, authservId: "mx", signal: controller.signal });
    expect(answer).toEqual(CANCELLED);
    await setImmediate(); // a rejection that nobody handles ends the test run
  });

  it("passes on what the source throws, at once or late, in the header or in the body", async () => {
    const disk = new Error("disk");
    const header = octetsOf(MESSAGE.slice(0, 10));
    const sources = [
      () => Promise.reject(disk),
      () => {
        throw disk;
      },
    ];
    for (const fail of sources) {
      for (const before of [[], [header], [octetsOf(MESSAGE)]]) {
        const waiting = [...before];
        const next = () => (waiting.length > 0 ? Promise.resolve({ value: waiting.shift()! }) : fail());
        const message = { [Symbol.asyncIterator]: () => ({ next }) };
        await expect(verify(message, options)).rejects.toBe(disk);
        await expect(verify(message, { ...options, signal: new AbortController().signal })).rejects.toBe(disk);
      }
    }
  });

  it.each([
    ["a string", MESSAGE],
    ["null", null],
    ["an ArrayBuffer", new ArrayBuffer(8)],
    ["a stream of strings", Readable.from([MESSAGE])],
    ["a stream whose body is strings", Readable.from([octetsOf(MESSAGE), "more"])],
  ])("says with a code that %s is no message", async (_, message) => {
    await expect(verify(message as unknown as Uint8Array, options)).rejects.toMatchObject({ code: "message-invalid" });
  });

  it.each([
    ["time-invalid", "now", ["2026-11-24", null, 7, new Date(NaN)]],
    ["time-invalid", "receivedAt", ["2026-11-24", 7, new Date(NaN)]],
    ["authserv-id-invalid", "authservId", ["", null, 7]],
    ["resolver-invalid", "resolver", [null, {}, () => []]],
    ["crypto-invalid", "crypto", [null, {}]],
    ["signal-invalid", "signal", [null, {}, 7]],
    ["organizational-domain-invalid", "organizationalDomain", ["example.org", {}]],
    // With more milliseconds than their type holds, timers end at once.
    ["policy-invalid", "policy", [null, 7, ...[Infinity, 2 ** 31, -1, NaN, "9"].map((n) => ({ lookupTimeout: n }))]],
    ["policy-invalid", "policy", [Infinity, -1, NaN, "9", 1.5, null].map((n) => ({ maxSignatures: n }))],
  ])("says with the code %s, before it opens the message, what is wrong as %s", async (code, name, values) => {
    for (const value of values) {
      const given = { ...options, authservId: "mx.example.net", [name]: value };
      await expect(verify(UNREAD, given as object), JSON.stringify(value)).rejects.toMatchObject({ code });
      await expect(annotate(UNREAD, given), JSON.stringify(value)).rejects.toMatchObject({ code });
    }
  });

  it("says with a code that the options are none", async () => {
    for (const none of [null, "mx.example.net", 7]) {
      await expect(verify(UNREAD, none as never)).rejects.toMatchObject({ code: "options-invalid" });
      await expect(annotate(UNREAD, none as never)).rejects.toMatchObject({ code: "options-invalid" });
      await expect(sign(UNREAD, none as never)).rejects.toMatchObject({ code: "options-invalid" });
    }
  });

  it("takes its own default for every option that is there and undefined", async () => {
    const undefinedOnes = {
      crypto: undefined,
      now: undefined,
      receivedAt: undefined,
      policy: undefined,
      signal: undefined,
    };
    const message = octetsOf(await signed(MESSAGE, [key]));
    const { status } = await verify(message, {
      ...options,
      ...undefinedOnes,
      now: NOW,
      organizationalDomain: undefined,
    });
    expect(status.state).toBe("author");
    const { signatures } = await verify(octetsOf(MESSAGE), { ...undefinedOnes, resolver: undefined });
    expect(signatures).toEqual([]);
    expect((await sign(octetsOf(MESSAGE), { keys: [key.key], crypto: undefined, now: undefined })).remove).toEqual([]);
  });

  it("loads the Public Suffix List where a sibling domain signed", async () => {
    const sibling = makeKey("mail.example.co.uk", "s1");
    const message = await signed(MESSAGE.replace("a@example.org", "a@news.example.co.uk"), [sibling]);
    const asked = { ...options, resolver: resolverOf(zoneOf(sibling)) };
    const { status } = await verify(octetsOf(message), asked);
    expect(status).toMatchObject({ state: "author", alignment: "organization", signer: "mail.example.co.uk" });
    const { status: without } = await verify(octetsOf(message), { ...asked, organizationalDomain: null });
    expect(without).toMatchObject({ state: "third-party", reasons: ["organization-unknown"] });
  });

  it("judges a key that is gone as of receipt: after more than 7 days it tells nothing", async () => {
    const message = octetsOf(await signed(MESSAGE, [key]));
    const keyless = { ...options, resolver: zoneResolver({}) };
    expect((await verify(message, keyless)).status.reasons).toEqual(["key-not-found"]);
    const receivedAt = new Date(NOW.getTime() - 8 * 24 * 60 * 60 * 1000);
    expect((await verify(message, { ...keyless, receivedAt })).status.reasons).toEqual(["too-old-to-check"]);
  });

  it("tries signatures of the author's domain first, and tells those beyond the limit as one", async () => {
    const other = makeKey("evil.example", "s1");
    const message = octetsOf(await signed(MESSAGE, [other, key, other]));
    const limited = { ...options, authservId: "mx", policy: { maxSignatures: 1 } };
    const { signatures, authenticationResults } = await verify(message, limited);
    expect(signatures.map(({ domain, reason }) => [domain, reason])).toEqual([
      ["evil.example", "too-many-signatures"],
      ["example.org", null],
      ["evil.example", "too-many-signatures"],
    ]);
    expect(authenticationResults).toMatch(
      /^mx; dkim=pass header\.d=example\.org [^;]+; dkim=policy reason=too-many-signatures$/,
    );
  });

  it("tells nothing of a signature that is not in it", async () => {
    const message = octetsOf("DKIM-Signature: v=1; c=weird; d=example.org\r\n" + MESSAGE);
    const { signatures, authenticationResults } = await verify(message, { ...options, authservId: "mx" });
    expect(signatures[0]?.canonicalization).toBeNull();
    const told = "header.d=example.org header.i=@example.org";
    expect(authenticationResults).toBe(`mx; dkim=permerror reason=${signatures[0]!.reason} ${told}`);
  });
});

describe("annotate()", () => {
  it("puts our field on top, takes forged ones out, and touches no other octet", async () => {
    const forged = [
      "Authentication-Results: mx.example.net; dkim=pass header.d=bank.example\r\n",
      'AUTHENTICATION-RESULTS : "MX.Example.NET" 1;\r\n dkim=pass\r\n',
      "Authentication-Results: (unreadable\r\n",
    ];
    const other = "Authentication-Results: other.example; dkim=fail\r\n";
    const [first, ...rest] = (await signed(MESSAGE, [key])).split(/(?<=\r\n)(?=From:)/);
    const message = forged[0]! + first! + forged[1]! + other + rest.join("");
    for (const size of [5, 100_000]) {
      const edit = await annotate(pieces(message, size), { ...options, authservId: "mx.example.net" });
      const annotated = await textOf(applyEdit(pieces(message, size), edit));
      const field = annotated.slice(0, annotated.indexOf("DKIM-Signature"));
      expect(field).toMatch(/^Authentication-Results: mx\.example\.net;\s+dkim=pass/);
      expect(annotated.slice(field.length)).toBe(first! + other + rest.join(""));
    }
  });

  it("has no edit where the caller cancels before the header has ended: a forged field could be in the rest", async () => {
    const annotatedUpTo = (end: number) => {
      const controller = new AbortController();
      async function* cut(): AsyncGenerator<Uint8Array> {
        yield octetsOf(MESSAGE.slice(0, end));
        controller.abort(new Error("cancelled by the caller"));
        yield await Promise.resolve(octetsOf(MESSAGE.slice(end)));
      }
      return annotate(cut(), { ...options, authservId: "mx.example.net", signal: controller.signal });
    };
    const header = MESSAGE.indexOf("\r\n\r\n");
    await expect(annotatedUpTo(30)).rejects.toThrow("cancelled by the caller");
    await expect(annotatedUpTo(header + 2)).rejects.toThrow("cancelled by the caller");
    const { verification } = await annotatedUpTo(header + 4);
    expect(verification.authenticationResults).toBe("mx.example.net; dkim=none");
  });

  it("takes out what claims another id that the readers trust", async () => {
    const message = octetsOf("Authentication-Results: old.example.net; dkim=pass\r\n" + MESSAGE);
    const ours = { ...options, authservId: "mx" };
    expect((await annotate(message, ours)).remove).toEqual([]);
    expect((await annotate(message, { ...ours, authservIds: ["old.example.net"] })).remove).toEqual([0]);
  });

  it("uses the message's own line ending", async () => {
    const message = octetsOf(MESSAGE.replaceAll("\r\n", "\n"));
    const { prepend } = await annotate(message, { ...options, authservId: "mx.example.net" });
    expect(Buffer.from(prepend).toString()).toBe("Authentication-Results: mx.example.net; dkim=none\n");
  });
});

describe("our field, read again", () => {
  const throughField = async (message: string, zone: Zone) => {
    const octets = octetsOf(message);
    const edit = await annotate(octets, { resolver: zoneResolver(zone), now: NOW, authservId: "mx.example.net" });
    const headers = octetsOf(await textOf(applyEdit(octets, edit)));
    const direct = (await verify(octets, { resolver: zoneResolver(zone), now: NOW })).status;
    return { direct, read: statusOf({ headers }, { trusted: ["mx.example.net"], receivedAt: NOW }).status };
  };

  it("tells of a test key, as the verification does", async () => {
    const message = await signed(MESSAGE, [key]);
    const { direct, read } = await throughField(message, { [key.name]: [key.record + "; t=y"] });
    expect(read).toEqual(direct);
    expect(read.concerns).toContainEqual({ code: "testing-key", level: "warn" });
    const broken = await throughField(message + "more", { [key.name]: [key.record + "; t=y"] });
    expect(broken.read).toEqual(broken.direct);
    expect(broken.read.reasons).toEqual(["body-hash-mismatch"]);
  });

  it.each(SIGNATURE_CASES)("tells the same status, with its reasons: %s: %s", async (_, tags) => {
    const { direct, read } = await throughField(craft(tags, key, MESSAGE), zoneOf(key));
    expect(read).toEqual(direct);
  });

  it("tells of a body that goes on behind what is signed", async () => {
    const bh = createHash("sha256").update("Hell").digest("base64");
    const short = craft(SIGNATURE_TAGS.replace("bh=$bh", `bh=${bh}`) + " l=4;", key, MESSAGE);
    const { direct, read } = await throughField(short, zoneOf(key));
    expect(read).toEqual(direct);
    expect(read.concerns).toContainEqual({ code: "partly-signed", level: "warn" });
  });
});

describe("sign()", () => {
  it("makes a message that verifies, in both line endings", async () => {
    const sibling = makeKey("mail.example.org", "s1");
    for (const end of ["\r\n", "\n"]) {
      const message = MESSAGE.replaceAll("\r\n", end);
      const edit = await sign(octetsOf(message), { keys: [sibling.key, key.key], now: NOW });
      expect(Buffer.from(edit.prepend).toString().replaceAll(end, "")).not.toMatch(/[\r\n]/);
      const octets = octetsOf(await textOf(applyEdit(octetsOf(message), edit)));
      const { signatures } = await verify(octets, { ...options, resolver: zoneResolver(zoneOf(sibling, key)) });
      expect(signatures).toMatchObject([
        { result: "pass", domain: "mail.example.org" },
        { result: "pass", domain: "example.org" },
      ]);
      expect(edit.remove).toEqual([]);
    }
  });

  it("dates what it signs, from 1970 on, by default as of now", async () => {
    const dated = async (time: { now?: Date }) => {
      const { prepend } = await sign(octetsOf(MESSAGE), { keys: [key.key], ...time });
      return Number(/\bt=(\d+);/.exec(Buffer.from(prepend).toString())![1]);
    };
    expect(await dated({ now: new Date(0) })).toBe(0);
    expect(await dated({ now: NOW })).toBe(NOW.getTime() / 1000);
    const before = Math.floor(Date.now() / 1000);
    expect(await dated({})).toBeGreaterThanOrEqual(before);
  });

  it("takes out what claims an id that the readers trust", async () => {
    const message = octetsOf("Authentication-Results: mx.example.net; dkim=pass\r\n" + MESSAGE);
    expect((await sign(message, { keys: [key.key] })).remove).toEqual([]);
    expect((await sign(message, { keys: [key.key], authservIds: ["mx.example.net"] })).remove).toEqual([0]);
  });

  it("has read a whole message when it returns, so that the octets may be used again", async () => {
    const octets = octetsOf(MESSAGE);
    const expected = await sign(octets, { keys: [key.key], now: NOW });
    const pending = sign(octets, { keys: [key.key], now: NOW });
    octets.fill(0x21);
    expect(await pending).toEqual(expected);
  });

  it("says with a code that it has no keys, before it opens the message", async () => {
    const pem = Buffer.from(key.key.privateKey as string);
    const none = [null, {}, { ...key.key, privateKey: pem }, { ...key.key, privateKey: {} }, "key"].map((one) => [one]);
    for (const keys of [[], undefined, key.key, ...none]) {
      await expect(sign(UNREAD, { keys: keys as never })).rejects.toMatchObject({ code: "keys-invalid" });
    }
  });

  it.each([
    ["time-invalid", "now", ["2026-11-24", 7, new Date(NaN), new Date(-1)]],
    ["also-sign-invalid", "alsoSign", ["X-Own", null, [7]]],
    ["authserv-ids-invalid", "authservIds", ["mx.example.net", null, [7], [undefined]]],
    ["crypto-invalid", "crypto", [null, {}]],
  ])("says with the code %s, before it opens the message, what is wrong as %s", async (code, name, values) => {
    for (const value of values) {
      const signing = sign(UNREAD, { keys: [key.key], [name]: value });
      await expect(signing, JSON.stringify(value)).rejects.toMatchObject({ code });
    }
  });

  it("says with a code that a key is no key of its cryptography", async () => {
    const foreign = { ...key.key, privateKey: { type: "ed25519", bits: 256, handle: {} } as const };
    await expect(sign(octetsOf(MESSAGE), { keys: [foreign] })).rejects.toMatchObject({ code: "key-unreadable" });
  });

  it.each([
    ["from-missing", "To: b@example.net\r\n\r\n"],
    ["from-repeated", "From: b@example.org\r\n" + MESSAGE],
    ["from-several-domains", "From: a@example.org, b@example.net\r\n\r\n"],
    ["header-bare-lf", "From: a@example.org\r\nX: 1\nTo: b@example.net\r\n\r\n"],
  ])("refuses a message that nobody can sign for: %s", async (code, message) => {
    await expect(sign(octetsOf(message), { keys: [key.key] })).rejects.toMatchObject({ code });
  });
});
