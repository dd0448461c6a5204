import { html, nothing, type TemplateResult } from "lit";
import { letters, publicSuffixes, type Lazy } from "./lazy.js";

/** A domain in two parts for people: the organizational domain is emphasised and never cut. */
export interface ShownDomain {
  /** With its final dot; cut at the start, where any owner of a domain can write what he likes. */
  readonly rest: string;
  readonly organization: string;
}

/**
 * Length of second-level labels like co.uk's: until the Public Suffix List is loaded, too much is bold rather than too
 * little.
 */
const SHORT_LABEL = 3;

/**
 * @param domain lower-case A-labels
 * @param scripts of the reader's language
 * @param most UTF-16 code units; the organizational domain may be longer
 */
export function shownDomain(domain: string, scripts: readonly string[], most: number): ShownDomain {
  const organization = publicSuffixes.module?.organizationalDomainOf(domain) ?? assumedOrganization(domain);
  const written = inLetters(domain, scripts) ?? domain;
  const labels = organization.split(".").length;
  const shownOrganization = written.split(".").slice(-labels).join(".");
  const rest = written.slice(0, written.length - shownOrganization.length);
  return { rest: endOf(rest, Math.max(0, most - shownOrganization.length)), organization: shownOrganization };
}

/** Whole labels where there are any that fit. */
function endOf(rest: string, room: number): string {
  if (rest.length <= room) return rest;
  const end = rest.slice(rest.length - room);
  const dot = end.indexOf(".");
  return "…" + (dot < end.length - 1 ? end.slice(dot + 1) : end);
}

/** A domain as text of its own direction: labels are read from left to right whatever their letters. */
export function domainView({ rest, organization }: ShownDomain): TemplateResult {
  return html`<bdi dir="ltr" part="domain"
    >${rest === "" ? nothing : html`<span part="subdomain">${rest}</span><wbr />`}<b part="organization"
      >${organization}</b
    ></bdi
  >`;
}

/** @returns what has to be loaded before the domain can be shown as well as it can be; null for nothing */
export function missingFor(domain: string): Lazy<unknown> | null {
  if (domain.includes("xn--") && letters.module === undefined) return letters;
  // Only the list tells what of three or more labels is the organization's.
  return domain.split(".").length > 2 && publicSuffixes.module === undefined ? publicSuffixes : null;
}

/**
 * @returns the domain in its own letters, if all of them are of scripts of the reader's language, which he can tell
 * apart; else null
 */
export function inLetters(domain: string, scripts: readonly string[]): string | null {
  if (!domain.includes("xn--")) return null;
  const written = decoded(domain);
  const letters = scripts.map((script) => `\\p{Script=${script}}`).join("");
  return written !== null && new RegExp(`^[${letters}0-9.-]+$`, "u").test(written) ? written : null;
}

function decoded(domain: string): string | null {
  try {
    return letters.module?.toUnicode(domain) ?? null;
  } catch {
    return null;
  }
}

function assumedOrganization(domain: string): string {
  const labels = domain.split(".");
  const short = labels.length > 2 && labels.at(-1)!.length === 2 && labels.at(-2)!.length <= SHORT_LABEL;
  return labels.slice(short ? -3 : -2).join(".");
}
