import { vi } from "vitest";

/** In milliseconds; vitest's own second is less than a busy machine keeps a process waiting. */
const PATIENCE = 30_000;

/** Waits until `check` throws nothing. @throws what it threw last, after {@link PATIENCE} */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE, interval: 20 });
}
