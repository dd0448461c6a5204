/** An argument of the wrong type or value; mostly from a program without types. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  constructor(
    /** Which argument. */
    readonly code:
      | "message-invalid"
      | "options-invalid"
      | "resolver-invalid"
      | "crypto-invalid"
      | "signal-invalid"
      | "policy-invalid"
      | "organizational-domain-invalid"
      | "authserv-ids-invalid"
      | "fields-invalid"
      | "trusted-invalid"
      | "time-invalid"
      | "keys-invalid"
      | "also-sign-invalid"
      | "results-invalid"
      | "edit-invalid",
    message: string,
  ) {
    super(message);
  }
}

/** @throws {ArgumentError} `options-invalid` */
export function checkOptions(options: unknown): void {
  if (typeof options === "object" && options !== null) return;
  throw new ArgumentError("options-invalid", "the options are no object");
}

/** @throws {ArgumentError} `time-invalid` for anything but a valid `Date` */
export function checkTime(name: string, time: unknown): void {
  if (Object.prototype.toString.call(time) === "[object Date]" && !Number.isNaN((time as Date).getTime())) return;
  throw new ArgumentError("time-invalid", `${name} is no valid Date`);
}

/** Whether it is an array of strings only. */
export function areStrings(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((element) => typeof element === "string");
}
