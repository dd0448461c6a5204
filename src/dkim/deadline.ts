import { DnsError } from "./resolver.js";

/**
 * Does the work of a lookup until it ends, the time is over, or the caller cancels: a resolver that never answers holds
 * nobody up.
 * @param timeout milliseconds
 * @param work is given the signal of `ended`, which says that it is no longer waited for
 * @throws {DnsError} `temporary` where time or the caller ended it
 */
export async function withDeadline<T>(
  name: string,
  timeout: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  ended = new AbortController(),
): Promise<T> {
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
