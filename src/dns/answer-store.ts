import { DnsError, type TxtAnswer } from "../dkim/resolver.js";

/** Answers with more octets are not kept: the record of an 8192-bit key has 1400. */
const MAX_STORED_OCTETS = 4096;
/** Seconds for an answer without a time to live. */
const DEFAULT_TTL = 300;
/** Seconds at the most, whatever the zone says: a key that was revoked must not be believed for weeks. */
const MAX_TTL = 86_400;
/** Seconds for "there is no record": a key that is published after its first message is soon found. */
const NEGATIVE_TTL = 60;

interface Kept {
  /** null: there is no record */
  readonly records: readonly string[] | null;
  readonly expires: number;
}

/** Answers by name, until they expire or are the least recently used of too many. */
export class AnswerStore {
  /** The least recently used first. */
  readonly #entries = new Map<string, Kept>();

  /** @param clock milliseconds */
  constructor(
    readonly maxEntries: number,
    readonly clock: () => number,
  ) {}

  /**
   * @returns the records with what is left of their time to live, or undefined if nothing is kept
   * @throws {DnsError} `not-found` if the answer that is kept is that there is no record
   */
  get(name: string): TxtAnswer | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    const left = entry.expires - this.clock();
    if (left <= 0) return undefined;
    this.#entries.set(name, entry);
    if (entry.records === null) throw new DnsError("not-found", `${name}: no TXT record`);
    return { records: entry.records, ttl: Math.floor(left / 1000) };
  }

  keep(name: string, answer: TxtAnswer): void {
    const { records, ttl } = "records" in answer ? answer : { records: answer, ttl: DEFAULT_TTL };
    if (!(ttl > 0) || records.reduce((sum, record) => sum + record.length, 0) > MAX_STORED_OCTETS) return;
    this.#put(name, records, Math.min(ttl, MAX_TTL));
  }

  keepNotFound(name: string): void {
    this.#put(name, null, NEGATIVE_TTL);
  }

  #put(name: string, records: readonly string[] | null, ttl: number): void {
    this.#entries.delete(name);
    this.#entries.set(name, { records, expires: this.clock() + ttl * 1000 });
    if (this.#entries.size > this.maxEntries) this.#entries.delete(this.#entries.keys().next().value!);
  }
}
