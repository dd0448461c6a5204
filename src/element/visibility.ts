import { glyphOf, type Glyph } from "./explanation.js";
import type { ElementStatus } from "./report.js";

/** Which states are drawn. */
export type Show = "all" | "notable" | "warnings";

const WARNINGS: readonly Glyph[] = ["caution", "invalid", "malformed"];

const SHOWN: Readonly<Record<Show, readonly Glyph[]>> = {
  warnings: WARNINGS,
  notable: [...WARNINGS, "third-party"],
  all: [...WARNINGS, "third-party", "author", "unsigned", "unknown"],
};

/** @param show null: everything for a sign of its own, the notable states for one in a list */
export function isShown(report: ElementStatus, show: Show | null, inList: boolean): boolean {
  if (show === null && !inList) return true;
  const shown = Object.hasOwn(SHOWN, show ?? "") ? SHOWN[show!] : SHOWN.notable;
  return shown.includes(glyphOf(report));
}
