/** Milliseconds for which a question that was asked during a fault may stay open, and be shared: src/dns/limits.ts */
const LOOKUP_TIMEOUT = 5000;

/** When the DNS was at fault. */
export class FaultTimes {
  readonly #times: { readonly from: number; to: number }[] = [];

  /** Notes a fault from its beginning to its end. */
  async during(fault: () => Promise<void>): Promise<void> {
    const time = { from: performance.now(), to: Infinity };
    this.#times.push(time);
    try {
      await fault();
    } finally {
      time.to = performance.now() + LOOKUP_TIMEOUT;
    }
  }

  /** Whether any of them reaches into a span of time. */
  touch(from: number, to: number): boolean {
    return this.#times.some((time) => time.from <= to && from <= time.to);
  }
}
