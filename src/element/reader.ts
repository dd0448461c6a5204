import { parseAuthenticationResults } from "../authentication-results/parse.js";
import { authorOf, authorOfValues } from "../message/author.js";
import { MAX_HEADER_OCTETS, parseHeaderText } from "../message/header.js";
import { binaryString, encodeUtf8 } from "../message/octets.js";
import { commonDomain, shownDomainsOf } from "../status/alignment.js";
import type { OrganizationalDomain } from "../status/organizational-domain.js";
import { statusOf, type StatusInput, type StatusOptions } from "../status/status-of.js";
import type { StatusReport } from "../status/types.js";
import type { FieldInput, TrustInput } from "./inputs.js";

/** @returns what the fields say; null if there are none */
export function readFields(
  fields: FieldInput,
  trust: TrustInput,
  organizationalDomain: OrganizationalDomain,
): StatusReport | null {
  const input = statusInputOf(fields);
  if (input === null) return null;
  return statusOf(input, {
    trusted: [trust.trusted.split(/\s+/)],
    trustWithoutId: trust.trustWithoutId,
    maxReceivedAbove: trust.maxReceivedAbove,
    legacyFields: trust.legacyFields,
    trustedFolder: !trust.untrustedFolder,
    receivedAt: receivedAtOf(trust),
    organizationalDomain,
  });
}

/**
 * Reads a field that our own verifier wrote, as if it were above all others.
 * @param value an Authentication-Results value
 */
export function readOwnField(
  value: string,
  fields: FieldInput,
  trust: TrustInput,
  organizationalDomain: OrganizationalDomain,
): StatusReport {
  const line = value.replace(/[\r\n]+/g, " ");
  const { authservId } = parseAuthenticationResults(line);
  const options: StatusOptions = {
    trusted: authservId === null ? [] : [authservId],
    trustWithoutId: authservId === null,
    receivedAt: receivedAtOf(trust),
    organizationalDomain,
  };
  if (fields.headers === null) return statusOf({ results: [line], from: fields.from }, options);
  // Nothing below a Received field is read: the message cannot add anything to this field.
  const own = encodeUtf8(`Authentication-Results: ${line}\r\nReceived: here\r\n`);
  return statusOf({ headers: own + binaryHeaders(fields.headers) }, options);
}

/** @returns the domain that the author's display name shows in place of the address' own; null if it shows none */
export function domainShownInName(fields: FieldInput): string | null {
  const author =
    fields.headers === null
      ? authorOfValues(fields.from.map(encodeUtf8))
      : authorOf(parseHeaderText(binaryHeaders(fields.headers), false));
  const shown = shownDomainsOf(author);
  return shown.find((domain) => commonDomain(domain, author.mailbox!.domain) === null) ?? shown[0] ?? null;
}

function statusInputOf({ headers, results, from }: FieldInput): StatusInput | null {
  if (headers !== null) return { headers };
  return results === null ? null : { results, from };
}

function receivedAtOf({ receivedAt }: TrustInput): Date | undefined {
  const time = Date.parse(receivedAt ?? "");
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** The header as a binary string; as for {@link statusOf}, a string with characters above U+00FF is text. */
function binaryHeaders(headers: string | Uint8Array): string {
  if (typeof headers !== "string") return binaryString(headers.subarray(0, MAX_HEADER_OCTETS));
  return /[^\x00-\xff]/.test(headers) ? encodeUtf8(headers) : headers;
}
