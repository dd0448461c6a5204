import { paint } from "../terminal/output.js";
import { plainText } from "../terminal/plain-text.js";
import type { Section } from "./explanation.js";

/** Columns of a line; a longer word gets a line of its own. */
const WIDTH = 80;

/** @returns the explanation as lines for a terminal */
export function laidOut(sections: readonly Section[]): string {
  return sections.map(laidOutSection).join("\n");
}

function laidOutSection({ title, paragraphs }: Section): string {
  const lines = paragraphs.flatMap(({ text, points }) => [
    ...wrapped(text, "  ", "  "),
    ...points.flatMap((point) => wrapped(point, "    - ", "      ")),
  ]);
  return [paint(plainText(title), "bold"), ...lines].join("\n") + "\n";
}

function wrapped(text: string, firstIndent: string, indent: string): string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  for (const word of plainText(text).split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
