import { DnsError } from "./resolver.js";

/**
 * Runs a lookup until it ends, its time is up, or the caller cancels: nobody has to wait for a resolver that never
 * answers.
 * @param timeout milliseconds
 * @param work gets the signal of `ended`, which aborts when nobody waits for it any more
 * @throws {DnsError} `temporary` if the timeout or the caller ended it
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
