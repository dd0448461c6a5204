export type NextHopErrorCode =
  | "away" // no connection
  | "lost" // the connection has gone
  | "timeout"
  | "malformed"; // what it answers is not SMTP, or comes unasked

/** Why the next hop cannot be used. */
export class NextHopError extends Error {
  override readonly name = "NextHopError";
  constructor(
    readonly code: NextHopErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A line of a single dot with a bare CR or LF on either side: some servers would end the message there. */
export class SmugglingError extends Error {
  override readonly name = "SmugglingError";
  readonly code = "smuggling";
  constructor() {
    super("a line of a single dot between bare line ends");
  }
}
