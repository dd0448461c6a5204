import author from "../../assets/icons/author.svg";
import close from "../../assets/icons/close.svg";
import caution from "../../assets/icons/caution.svg";
import checking from "../../assets/icons/checking.svg";
import invalid from "../../assets/icons/invalid.svg";
import malformed from "../../assets/icons/malformed.svg";
import thirdParty from "../../assets/icons/third-party.svg";
import unequal from "../../assets/icons/unequal.svg";
import unknown from "../../assets/icons/unknown.svg";
import unsigned from "../../assets/icons/unsigned.svg";
import type { TemplateResult } from "lit";
import type { Glyph } from "./explanation.js";

/** The seal family: one sign for each state, and one in place of it where a concern warns. */
export const ICONS: Readonly<Record<Glyph, TemplateResult>> = {
  author,
  caution,
  checking,
  invalid,
  malformed,
  "third-party": thirdParty,
  unknown,
  unsigned,
};

export const closeIcon: TemplateResult = close;

/** The character is missing in some fonts, where it becomes a broken pair of two others. */
export const unequalIcon: TemplateResult = unequal;
