import type { Status } from "../../index.js";
import { jsonLine } from "./plain-text.js";
import { Table, type Cell } from "./table.js";
import { Tally } from "./tally.js";

/** How judgements are printed, one after another. */
export interface Show<Judgement> {
  /** @returns what to print, if anything yet */
  readonly show: (name: string, judgement: Judgement) => string;
  /** @returns what is left to print */
  readonly end: () => string;
}

/** One object per line, `file` first. */
export function jsonShow<Judgement extends object>(): Show<Judgement> {
  return { show: (file, judgement) => jsonLine({ file, ...judgement }), end: () => "" };
}

export function tableShow<Judgement extends { readonly status: Status }>(
  titles: readonly string[],
  rowsOf: (name: string, judgement: Judgement) => readonly Cell[][],
): Show<Judgement> {
  const table = new Table(titles);
  const tally = new Tally();
  return {
    show: (name, judgement) => {
      tally.add(judgement.status.state);
      return rowsOf(name, judgement)
        .map((row) => table.add(row))
        .join("");
    },
    end: () => table.flush() + tally.line(),
  };
}
