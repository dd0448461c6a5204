import { DnsError } from "../dkim/resolver.js";

/**
 * Milliseconds for one lookup with all its retries. A resolver that has to ask far servers takes 1 or 2 seconds, and an
 * SMTP client does not wait for long.
 */
export const LOOKUP_TIMEOUT = 5_000;

/**
 * Does the work until it ends, the time is over, or the caller cancels.
 * @param timeout milliseconds
 * @param work is given a signal that says it is no longer waited for
 * @throws {DnsError} `temporary` where time or the caller ended it
 */
export async function withDeadline<T>(
  name: string,
  timeout: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const cancel = (): void => {
    ended.abort(new DnsError("temporary", `${name}: cancelled`, { cause: signal?.reason }));
  };
  if (signal?.aborted === true) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(() => {
    ended.abort(new DnsError("temporary", `${name}: no answer in ${timeout} ms`));
  }, timeout);
  try {
    return await Promise.race([work(ended.signal), rejectionOf(ended.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const rejectWithReason = (): void => {
      reject(signal.reason as DnsError);
    };
    if (signal.aborted) rejectWithReason();
    else signal.addEventListener("abort", rejectWithReason, { once: true });
  });
}
