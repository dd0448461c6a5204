// By its path: the bare name is a deprecated module of Node.
import punycode from "punycode/punycode.js";

import { isAscii } from "./octets.js";

/** RFC 1035 §2.3.4, in presentation form without the final dot. */
const MAX_DOMAIN_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** RFC 5321 §4.1.2 sub-domain: letters, digits and inner hyphens. */
const LDH_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** RFC 1123 §2.1, RFC 3696 §2: a name whose last label is a number is never a host name. */
const NUMERIC_LABEL = /^[0-9]+$/;
/** A domain that {@link domainOf} returns unchanged, as most: in lower case, its last label begins with a letter. */
const DOMAIN_AS_KEPT = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Selectors with an underscore are in use, though RFC 6376 §3.1 has none. */
const SELECTOR_LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;
/** The same for selectors, nearly all of which are one label. */
const SELECTOR_AS_KEPT = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A host name of two or more labels as lower-case A-labels; U-labels are converted (RFC 8616 §5). Nothing but upper
 * case is mapped: what is not a valid U-label as it stands is not a domain.
 * @param text the domain as characters (not octets), without final dot
 * @returns the A-label form, or null if the text is not such a host name
 */
export function domainOf(text: string): string | null {
  if (text.length <= MAX_DOMAIN_LENGTH && DOMAIN_AS_KEPT.test(text)) return text;
  return hostName(allLabels(text, LDH_LABEL));
}

/** As {@link domainOf}, for the longest domain at the start of a text: `bank.com...` starts with bank.com. */
export function domainAtStartOf(text: string): string | null {
  const whole = domainOf(text);
  if (whole !== null) return whole;
  const labels = leadingLabels(text.slice(0, MAX_DOMAIN_LENGTH + 1), LDH_LABEL);
  while (labels.length > 0) {
    const domain = hostName(labels);
    if (domain !== null) return domain;
    labels.pop();
  }
  return null;
}

/** A selector (RFC 6376 §3.1) as lower-case A-labels, or null. One label is enough, and underscores are allowed. */
export function selectorOf(text: string): string | null {
  if (SELECTOR_AS_KEPT.test(text)) return text;
  return joined(allLabels(text, SELECTOR_LABEL));
}

/** Whether `domain` is `parent` or below it, compared label by label. Both are A-labels in lower case. */
export function isAtOrBelow(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith("." + parent);
}

function hostName(labels: readonly string[]): string | null {
  return labels.length < 2 || NUMERIC_LABEL.test(labels.at(-1)!) ? null : joined(labels);
}

function joined(labels: readonly string[]): string | null {
  const domain = labels.join(".");
  return domain === "" || domain.length > MAX_DOMAIN_LENGTH ? null : domain;
}

/** @returns the text's labels as A-labels; empty if one of them is not a label */
function allLabels(text: string, pattern: RegExp): readonly string[] {
  if (text.length > MAX_DOMAIN_LENGTH) return [];
  const labels = leadingLabels(text, pattern);
  return labels.length === text.split(".").length ? labels : [];
}

/** @returns the labels at the start of the text as A-labels, up to the first that is not one */
function leadingLabels(text: string, pattern: RegExp): string[] {
  const labels: string[] = [];
  for (const label of text.split(".")) {
    const ascii = toALabel(label);
    if (ascii === null || ascii.length > MAX_LABEL_LENGTH || !pattern.test(ascii)) break;
    labels.push(ascii);
  }
  return labels;
}

function toALabel(label: string): string | null {
  if (/^[\x21-\x7e]*$/.test(label)) return label.toLowerCase();
  const lower = label.toLowerCase();
  // The Kelvin sign becomes the letter k in lower case: that would be another domain than the one written.
  if (isAscii(lower) || lower.normalize("NFC") !== lower) return null;
  const ascii = "xn--" + punycode.encode(lower);
  // The URL parser maps by UTS #46. What it changes (fullwidth forms, invisible characters) or refuses is not a
  // U-label. The A-label must survive it, too: not every parser checks both directions.
  return hostOf(lower) === ascii && hostOf(ascii) === ascii ? ascii : null;
}

function hostOf(label: string): string | null {
  try {
    return new URL(`http://${label}.example/`).hostname.slice(0, -".example".length);
  } catch {
    return null;
  }
}
