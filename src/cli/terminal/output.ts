import { EXIT, reportFailure } from "../failure.js";

/** As if SIGPIPE had ended the program: nobody reads any more, which is not a failure to report. */
const EXIT_PIPE_CLOSED = 128 + 13;

/** Ends the process if standard output cannot be written: there is no other result. */
export function watchOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_PIPE_CLOSED);
    reportFailure(new Error(`standard output: ${error.code ?? error.message}`));
    process.exit(EXIT.failed);
  });
}

/** Resolves when standard output has taken the content: octets may then be reused. */
export function print(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(content, () => {
      resolve();
    });
  });
}

export type Colour = "green" | "cyan" | "yellow" | "red" | "dim" | "bold";

/** SGR parameters. ECMA-48 §8.3.117 */
const SGR: Readonly<Record<Colour, number>> = { green: 32, cyan: 36, yellow: 33, red: 31, dim: 2, bold: 1 };

/** Whether standard output is a terminal that has colours and is allowed to (NO_COLOR, TERM=dumb). */
const hasColours = process.stdout.isTTY && process.stdout.hasColors();

/** @param text plain text */
export function paint(text: string, colour: Colour | null): string {
  return colour === null || !hasColours ? text : `\x1b[${SGR[colour]}m${text}\x1b[0m`;
}
