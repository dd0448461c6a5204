import {
  readTrusted,
  readTrustedValues,
  type NoTestimony,
  type Testimony,
  type TrustOptions,
} from "../authentication-results/trust.js";
import type { MethodResult } from "../authentication-results/types.js";
import { areStrings, ArgumentError, checkOptions, checkTime } from "../message/argument-error.js";
import { authorOf, authorOfValues, authorTold, type AuthorFinding } from "../message/author.js";
import { domainOf } from "../message/domain.js";
import { MAX_HEADER_OCTETS, parseHeader, parseHeaderText, unfold, type Header } from "../message/header.js";
import { decodeUtf8, encodeUtf8, isAscii } from "../message/octets.js";
import { alignmentOf, checkOrganizationalDomain, shownAlignments } from "./alignment.js";
import { decide, undecided } from "./decide.js";
import type { OrganizationalDomain } from "./organizational-domain.js";
import { evidenceOfTestimony, type ReportedEvidence } from "./reported-evidence.js";
import type { ConcernCode, StatusReport } from "./types.js";

/**
 * What is read. The raw header block is best: only it shows the order of all fields, and what was signed.
 *
 * `headers`: octets, or a string with one code unit per octet; a string that has characters above U+00FF is taken for
 * characters. `results` and `from`: the values of all Authentication-Results and all From fields, topmost first, as
 * characters or with one code unit per octet.
 */
export type StatusInput =
  { readonly headers: string | Uint8Array } | { readonly results: readonly string[]; readonly from: readonly string[] };

/** Without `trusted` or `trustWithoutId` nobody is trusted. */
export interface StatusOptions extends Partial<TrustOptions> {
  /** When the message arrived: a signature dated later is from the future. Default: the present. */
  readonly receivedAt?: Date | undefined;
  /** Default: null, the Public Suffix List is not available; see `loadPublicSuffixList`. */
  readonly organizationalDomain?: OrganizationalDomain | undefined;
  /** `false` for folders into which anything can have been put: Sent, Drafts, imported mail. Default: true. */
  readonly trustedFolder?: boolean | undefined;
}

/**
 * What the header fields of a message say about it. Nothing is verified, and nothing is fetched.
 * @throws {ArgumentError} for arguments of the wrong type; never because of what the fields contain
 */
export function statusOf(input: StatusInput, options: StatusOptions = {}): StatusReport {
  checkOptions(options);
  const { receivedAt = new Date(), organizationalDomain = null, trustedFolder = true } = options;
  checkTime("receivedAt", receivedAt);
  checkOrganizationalDomain(organizationalDomain);
  const { header, author, said } = read(input, options);
  if (!trustedFolder) {
    const status = undecided("unknown", "folder-not-judged");
    return { author: authorTold(author), status, results: [], authservId: null, field: null };
  }
  const testimony = said.reason === null ? said : null;
  const context = { header, author, receivedAt, organizationalDomain };
  const { signatures, authorSignatureUnasked } =
    testimony === null ? NOTHING_SAID : evidenceOfTestimony(testimony, context);
  const status = decide({
    author,
    pending: false,
    silence: said.reason,
    signatures,
    authorSignatureUnasked,
    keysMayBeGone: false, // the signatures were checked on arrival
    shown: shownAlignments(author, organizationalDomain),
    concerns: concernsOf(said, author, organizationalDomain),
  });
  return {
    author: authorTold(author),
    status,
    results: testimony === null ? said.facts : testimony.dkim.concat(said.facts),
    authservId: testimony?.authservId ?? null,
    field: testimony === null ? null : unfold(testimony.field).trim(),
  };
}

interface Reading {
  /** null if only the values of some fields are available */
  readonly header: Header | null;
  readonly author: AuthorFinding;
  readonly said: Testimony | NoTestimony;
}

function read(input: StatusInput, options: StatusOptions): Reading {
  const { headers, results, from } = (input as Partial<Record<"headers" | "results" | "from", unknown>> | null) ?? {};
  if (typeof headers === "string" || headers instanceof Uint8Array) {
    const header = headerOf(headers);
    return { header, author: authorOf(header), said: readTrusted(header.fields, options) };
  }
  if (!areStrings(results) || !areStrings(from)) {
    throw new ArgumentError("fields-invalid", "neither headers, nor results and from as arrays of strings");
  }
  const octets: string[] = [];
  for (const value of from) octets.push(toOctets(value));
  const characters: string[] = [];
  for (const value of results) characters.push(toCharacters(value));
  return { header: null, author: authorOfValues(octets), said: readTrustedValues(characters, options) };
}

const NOTHING_SAID: ReportedEvidence = { signatures: [], authorSignatureUnasked: false };

/** Concerns of the message, whoever signed it. */
function concernsOf(
  said: Testimony | NoTestimony,
  { mailbox }: AuthorFinding,
  organizationalDomain: OrganizationalDomain,
): ConcernCode[] {
  const concerns: ConcernCode[] = [];
  if (mailbox !== null && said.facts.some((fact) => failsDmarc(fact, mailbox.domain, organizationalDomain))) {
    concerns.push("dmarc-fail");
  }
  if (said.reason === null && said.legacy) concerns.push("legacy-field");
  return concerns;
}

/** Without header.from (RFC 9989) the result can only be about the message's author. */
function failsDmarc(fact: MethodResult, domain: string, organizationalDomain: OrganizationalDomain): boolean {
  if (fact.method !== "dmarc" || fact.result !== "fail") return false;
  const about = fact.properties.filter(({ ptype, property }) => ptype === "header" && property === "from");
  return about.every(({ value }) => {
    const from = domainOf(value);
    return from === null || alignmentOf(domain, from, organizationalDomain) !== "none";
  });
}

function headerOf(headers: string | Uint8Array): Header {
  if (typeof headers !== "string") return parseHeader(headers);
  const octets = NO_OCTET.test(headers) ? encodeUtf8(headers) : headers;
  return parseHeaderText(octets.slice(0, MAX_HEADER_OCTETS), octets.length > MAX_HEADER_OCTETS);
}

/** A value that could be octets is taken for UTF-8; if it is not valid UTF-8, it is characters already. */
function toCharacters(value: string): string {
  if (isAscii(value) || NO_OCTET.test(value)) return value;
  return decodeUtf8(value) ?? value;
}

function toOctets(value: string): string {
  return isAscii(value) ? value : encodeUtf8(toCharacters(value));
}

const NO_OCTET = /[^\x00-\xff]/;
