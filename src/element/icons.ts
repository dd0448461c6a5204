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

/** One sign for each state, and the caution that replaces it if a concern warns. */
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

/** An icon for ≠, because some fonts lack the character and compose it badly. */
export const unequalIcon: TemplateResult = unequal;
