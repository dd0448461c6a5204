/** A value, or the promise of one: a port may answer synchronously, because a hop through the event loop costs. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a port answers later. Promises of other libraries and realms are no instances of this one's `Promise`. */
export function isPromise<T extends object>(answer: MaybePromise<T>): answer is Promise<T> {
  return "then" in answer;
}
