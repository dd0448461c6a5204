import { BodyCanonicalizer } from "./body-canonicalization.js";
import type { Crypto, Hash } from "./crypto.js";
import type { BodyCanonicalization } from "./types.js";

/** The hash of a canonical body, or of its first l= octets. RFC 6376 §3.7 */
export interface BodyHash {
  readonly digest: Uint8Array;
  /** Octets of the whole canonical body. */
  readonly bodyOctets: number;
}

/** Hashes a body once for every form that the signatures ask for; signatures of one form share it. */
export class BodyHasher {
  readonly #crypto: Crypto;
  readonly #lineEnding: "\r\n" | "\n";
  readonly #forms = new Map<BodyCanonicalization, CanonicalForm>();

  constructor(crypto: Crypto, lineEnding: "\r\n" | "\n") {
    this.#crypto = crypto;
    this.#lineEnding = lineEnding;
  }

  /**
   * Asks for a hash, before the first octet comes.
   * @param length l=, or null for the whole body
   * @returns what gives the hash, once {@link finish} was called
   */
  request(canonicalization: BodyCanonicalization, length: number | null): () => BodyHash {
    let form = this.#forms.get(canonicalization);
    if (form === undefined) {
      form = new CanonicalForm(canonicalization, this.#lineEnding);
      this.#forms.set(canonicalization, form);
    }
    return form.request(length, this.#crypto);
  }

  update(octets: Uint8Array): void {
    for (const form of this.#forms.values()) form.canonicalizer.update(octets);
  }

  finish(): void {
    for (const form of this.#forms.values()) form.canonicalizer.finish();
  }
}

class CanonicalForm {
  readonly canonicalizer: BodyCanonicalizer;
  readonly #prefixes = new Map<number, PrefixHash>();
  #octets = 0;

  constructor(canonicalization: BodyCanonicalization, lineEnding: "\r\n" | "\n") {
    this.canonicalizer = new BodyCanonicalizer(canonicalization, lineEnding, (octets) => {
      this.#octets += octets.length;
      for (const prefix of this.#prefixes.values()) prefix.update(octets);
    });
  }

  request(length: number | null, crypto: Crypto): () => BodyHash {
    const limit = length ?? Infinity;
    let prefix = this.#prefixes.get(limit);
    if (prefix === undefined) {
      prefix = new PrefixHash(crypto.createSha256(), limit);
      this.#prefixes.set(limit, prefix);
    }
    const shared = prefix;
    return () => ({ digest: shared.digest(), bodyOctets: this.#octets });
  }
}

class PrefixHash {
  readonly #hash: Hash;
  #remaining: number;
  #digest: Uint8Array | null = null;

  constructor(hash: Hash, octets: number) {
    this.#hash = hash;
    this.#remaining = octets;
  }

  update(octets: Uint8Array): void {
    if (this.#remaining <= 0) return;
    this.#hash.update(octets.length <= this.#remaining ? octets : octets.subarray(0, this.#remaining));
    this.#remaining -= octets.length;
  }

  digest(): Uint8Array {
    return (this.#digest ??= this.#hash.digest());
  }
}
