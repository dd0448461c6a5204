import { BodyCanonicalizer } from "./body-canonicalization.js";
import type { Crypto, Hash } from "./crypto.js";
import type { BodyCanonicalization } from "./types.js";

/** The hash of a canonical body, or of its first l= octets. RFC 6376 §3.7 */
export interface BodyHash {
  readonly digest: Uint8Array;
  /** Octets of the whole canonical body. */
  readonly bodyOctets: number;
}

/** Hashes a body once for each form (canonicalization and l=) that the signatures need. */
export class BodyHasher {
  readonly #crypto: Crypto;
  readonly #lineEnding: "\r\n" | "\n";
  readonly #forms = new Map<BodyCanonicalization, CanonicalForm>();

  constructor(crypto: Crypto, lineEnding: "\r\n" | "\n") {
    this.#crypto = crypto;
    this.#lineEnding = lineEnding;
  }

  /**
   * Orders a hash, before the first octet comes.
   * @param length l=, or null for the whole body
   * @returns a function that gives the hash, once {@link finish} was called
   */
  request(canonicalization: BodyCanonicalization, length: number | null): () => BodyHash {
    let form = this.#forms.get(canonicalization);
    if (form === undefined) {
      form = new CanonicalForm(canonicalization, this.#lineEnding, this.#crypto);
      this.#forms.set(canonicalization, form);
    }
    return form.request(length);
  }

  update(octets: Uint8Array): void {
    alone(() => {
      for (const form of this.#forms.values()) form.canonicalizer.update(octets);
    });
  }

  finish(): void {
    alone(() => {
      for (const form of this.#forms.values()) form.finish();
    });
  }
}

let isHashing = false;

/**
 * All bodies share the memory for canonical octets: a port that worked on another message before it had used the octets
 * it was given would hash those of the other message.
 */
function alone(work: () => void): void {
  if (isHashing) throw new Error("the cryptography port began to hash another body while it hashed one");
  isHashing = true;
  try {
    work();
  } finally {
    isHashing = false;
  }
}

class CanonicalForm {
  readonly canonicalizer: BodyCanonicalizer;
  readonly #crypto: Crypto;
  readonly #prefixes = new Map<number, PrefixHash>();
  #octets = 0;

  constructor(canonicalization: BodyCanonicalization, lineEnding: "\r\n" | "\n", crypto: Crypto) {
    this.#crypto = crypto;
    this.canonicalizer = new BodyCanonicalizer(canonicalization, lineEnding, (octets) => {
      this.#octets += octets.length;
      for (const prefix of this.#prefixes.values()) prefix.update(octets);
    });
  }

  request(length: number | null): () => BodyHash {
    const limit = length ?? Infinity;
    let prefix = this.#prefixes.get(limit);
    if (prefix === undefined) {
      prefix = new PrefixHash(this.#crypto, limit);
      this.#prefixes.set(limit, prefix);
    }
    const { digest } = prefix;
    return () => ({ digest: digest(), bodyOctets: this.#octets });
  }

  finish(): void {
    const last = this.canonicalizer.finish();
    this.#octets += last.length;
    for (const prefix of this.#prefixes.values()) prefix.finish(last);
  }
}

class PrefixHash {
  readonly #crypto: Crypto;
  #remaining: number;
  /** Made only when a body comes in pieces: a short one is hashed in one call. */
  #hash: Hash | null = null;
  #digest: Uint8Array | null = null;

  constructor(crypto: Crypto, octets: number) {
    this.#crypto = crypto;
    this.#remaining = octets;
  }

  update(octets: Uint8Array): void {
    const part = this.#within(octets);
    if (part.length > 0) (this.#hash ??= this.#crypto.createSha256()).update(part);
  }

  finish(last: Uint8Array): void {
    const part = this.#within(last);
    this.#hash?.update(part);
    this.#digest = this.#hash === null ? this.#crypto.sha256(part) : this.#hash.digest();
  }

  /** To be asked once the body is finished. */
  readonly digest = (): Uint8Array => this.#digest!;

  #within(octets: Uint8Array): Uint8Array {
    const part = octets.length <= this.#remaining ? octets : octets.subarray(0, this.#remaining);
    this.#remaining -= part.length;
    return part;
  }
}
