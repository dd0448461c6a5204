import { CrlfLines } from "./crlf-lines.js";
import { LineEnds } from "./line-ends.js";
import type { BodyCanonicalization } from "./types.js";
import { WhiteSpace } from "./white-space.js";

/** Brings a body into canonical form, piece by piece, in constant memory. RFC 6376 §3.4.3 and §3.4.4 */
export class BodyCanonicalizer {
  readonly #lineEnds: LineEnds;
  readonly #whiteSpace: WhiteSpace | null;
  /** The first stage that gets a piece; each stage feeds the next. */
  readonly #first: { update(octets: Uint8Array): void };

  /**
   * @param lineEnding how the message ends its lines; each is hashed as CRLF
   * @param sink gets all canonical octets but the last ones; it must be done with a piece when it returns
   */
  constructor(canonicalization: BodyCanonicalization, lineEnding: "\r\n" | "\n", sink: (octets: Uint8Array) => void) {
    const lineEnds = new LineEnds(sink);
    this.#lineEnds = lineEnds;
    this.#whiteSpace =
      canonicalization === "simple"
        ? null
        : new WhiteSpace((octets) => {
            lineEnds.update(octets);
          });
    const reader = this.#whiteSpace ?? lineEnds;
    // Before white space is removed: a CR and an LF that it separated must not become a line end.
    this.#first =
      lineEnding === "\r\n"
        ? reader
        : new CrlfLines((octets) => {
            reader.update(octets);
          });
  }

  update(octets: Uint8Array): void {
    this.#first.update(octets);
  }

  /**
   * Ends the body, with one CRLF; only an empty relaxed body stays empty. To be called once.
   * @returns the octets that the sink has not got: all of a short body. The next body overwrites them.
   */
  finish(): Uint8Array {
    this.#whiteSpace?.finish();
    return this.#lineEnds.finish(this.#whiteSpace === null);
  }
}
