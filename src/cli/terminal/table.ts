import { paint, type Colour } from "./output.js";
import { plainText } from "./plain-text.js";

export interface Cell {
  readonly text: string;
  readonly colour?: Colour | null;
}

/** Rows that are laid out together: few, so that the first ones are not held back for long. */
const ROWS_AT_ONCE = 100;

/** Longer cells overflow their column rather than widen it for all rows. */
const MAX_WIDTH = 72;
const GAP = "  ";

/** A table for people, printed while its rows come in; columns only ever get wider. */
export class Table {
  readonly #widths: number[];
  #rows: Cell[][] = [];
  #headed = false;

  constructor(readonly titles: readonly string[]) {
    this.#widths = titles.map(({ length }) => length);
  }

  /** @returns the lines that are due, if any */
  add(row: readonly Cell[]): string {
    const plain = row.map(({ text, colour = null }) => ({ text: plainText(text), colour }));
    plain.forEach(({ text }, i) => {
      this.#widths[i] = Math.max(this.#widths[i] ?? 0, Math.min(text.length, MAX_WIDTH));
    });
    this.#rows.push(plain);
    return this.#rows.length < ROWS_AT_ONCE ? "" : this.flush();
  }

  /** @returns the lines that are left */
  flush(): string {
    if (this.#rows.length === 0) return "";
    const titles = this.titles.map((text): Cell => ({ text, colour: "dim" }));
    const rows = this.#headed ? this.#rows : [titles, ...this.#rows];
    this.#headed = true;
    this.#rows = [];
    return rows.map((row) => this.#line(row)).join("");
  }

  #line(row: readonly Cell[]): string {
    let last = row.length - 1;
    while (last > 0 && row[last]!.text === "") last--;
    const cells = row.slice(0, last + 1).map(({ text, colour = null }, i) => {
      const padding = i === last ? 0 : Math.max(0, this.#widths[i]! - text.length);
      return paint(text, colour) + " ".repeat(padding);
    });
    return cells.join(GAP) + "\n";
  }
}
