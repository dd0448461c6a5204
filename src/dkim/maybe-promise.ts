/** A value, or the promise of one: a port may answer synchronously, because a hop through the event loop costs. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a port answers later. Promises of other libraries and realms are no instances of this one's `Promise`. */
export function isPromise<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof answer === "object" && answer !== null && "then" in answer;
}

/** Goes on with a value: at once, where nobody has to wait for it. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/** @returns all of the values: at once, where nobody has to wait for one */
export function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some(isPromise) ? Promise.all(values.map((value) => Promise.resolve(value))) : (values as T[]);
}
