import { GatewayError } from "../errors.js";

/** A request that is answered with an error status and `{"error": code}`. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code);
  }
}

/** Seconds after which it is worth asking again. */
const RETRY_AFTER = "1";

export function tryLater(code: string): Refusal {
  return new Refusal(503, code, { "retry-after": RETRY_AFTER });
}

/** @returns what to answer if the work failed with this error */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof GatewayError)) return new Refusal(500, "internal-error");
  switch (error.code) {
    case "message-too-large":
      return new Refusal(413, error.code);
    case "header-too-large":
      return new Refusal(422, error.code);
    case "deadline":
      return new Refusal(408, error.code, { connection: "close" });
    default:
      return tryLater(error.code);
  }
}
