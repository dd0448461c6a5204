import type { Author, MethodResult, State, Status, StatusReport, Verification } from "../../index.js";
import type { Colour } from "./output.js";
import type { Cell } from "./table.js";

export const VERIFICATION_TITLES = ["FILE", "AUTHOR", "STATUS", "SIGNATURE", "NOTES"];

/** A row for each signature; the first also has the status. */
export function rowsOfVerification(name: string, { author, signatures, status }: Verification): Cell[][] {
  const notes = signatures.map(({ reason, concerns }) => [...(reason === null ? [] : [reason]), ...concerns]);
  const told = new Set<string>(notes.flat());
  const rows = signatures.map(({ result, domain }, i): Cell[] => [
    { text: `${result} ${domain ?? "?"}`, colour: colourOfResult(result) },
    { text: [...notes[i]!, ...(i === 0 ? notesOf(status).filter((note) => !told.has(note)) : [])].join(" ") },
  ]);
  return withStatus(name, author, status, rows.length > 0 ? rows : [unsignedRow("none", status)]);
}

export const REPORT_TITLES = ["FILE", "AUTHOR", "STATUS", "RESULT", "NOTES"];

/** What `status` prints of a message. */
export type Told = Pick<StatusReport, "author" | "status" | "results">;

/** A row for each result that was read; the first also has the status. */
export function rowsOfReport(name: string, { author, results, status }: Told): Cell[][] {
  const rows = results.map((result, i): Cell[] => [
    { text: wordsOf(result), colour: result.method === "dkim" ? colourOfResult(result.result) : null },
    { text: i === 0 ? notesOf(status).join(" ") : "" },
  ]);
  return withStatus(name, author, status, rows.length > 0 ? rows : [unsignedRow("nothing", status)]);
}

function unsignedRow(text: string, status: Status): Cell[] {
  return [{ text }, { text: notesOf(status).join(" ") }];
}

function withStatus(name: string, author: Author | null, status: Status, rows: readonly Cell[][]): Cell[][] {
  return rows.map((row, i) => {
    const first: Cell[] = [{ text: name }, { text: author?.address ?? "?" }, statusCell(status)];
    return [...(i === 0 ? first : first.map(() => ({ text: "" }))), ...row];
  });
}

const STATE_COLOURS: Readonly<Record<State, Colour>> = {
  checking: "dim",
  malformed: "red",
  author: "green",
  "third-party": "cyan",
  unknown: "dim",
  unsigned: "dim",
  invalid: "red",
};

/** A weak pass never looks like a good one. */
function statusCell({ state, signer, intermediary, concerns }: Status): Cell {
  const caution = concerns.some(({ level }) => level === "warn");
  const kind = intermediary === null ? "" : ` (${intermediary.kind})`;
  const words = `${state}${signer === null ? "" : ` ${signer}`}${kind}`;
  const isGood = state === "author" || state === "third-party";
  return caution && isGood
    ? { text: `caution: ${words}`, colour: "yellow" }
    : { text: words, colour: STATE_COLOURS[state] };
}

function colourOfResult(result: string): Colour {
  if (result === "pass") return "green";
  return result === "temperror" || result === "none" || result === "neutral" ? "dim" : "red";
}

function notesOf({ reasons, concerns }: Status): string[] {
  return [...reasons, ...concerns.map(({ code }) => code)];
}

function wordsOf({ method, result, properties }: MethodResult): string {
  const about = properties.filter(({ property }) => ["d", "from", "mailfrom"].includes(property)).slice(0, 1);
  return [`${method}=${result}`, ...about.map(({ value }) => value)].join(" ");
}
