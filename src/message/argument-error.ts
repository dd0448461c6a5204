/** What a caller gave, mostly from a program without types, that is not what is asked for. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  constructor(
    /** Which argument. */
    readonly code: "message-invalid" | "fields-invalid" | "trusted-invalid" | "time-invalid" | "keys-invalid",
    message: string,
  ) {
    super(message);
  }
}

/** @throws {ArgumentError} `time-invalid` for what is no `Date` */
export function checkTime(name: string, time: unknown): void {
  if (Object.prototype.toString.call(time) === "[object Date]") return;
  throw new ArgumentError("time-invalid", `${name} is no Date`);
}

/** Whether it is an array of nothing but strings. */
export function areStrings(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((element) => typeof element === "string");
}
