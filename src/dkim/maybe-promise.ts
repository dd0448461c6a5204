/**
 * A value or a promise of it. A port may answer synchronously: a turn of the event loop costs as much as a signature
 * check.
 */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a port answers later. Promises of other libraries or realms are not instances of our `Promise`. */
export function isPromise<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof answer === "object" && answer !== null && "then" in answer;
}

/** Goes on with a value; synchronously if it is there already. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/** @returns all of the values; synchronously if they are there already */
export function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some(isPromise) ? Promise.all(values.map((value) => Promise.resolve(value))) : (values as T[]);
}
