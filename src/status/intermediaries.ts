import type { IntermediaryKind } from "./types.js";

/** A service that signs mail of others in its own name. */
export interface KnownIntermediary {
  readonly id: string;
  readonly kind: IntermediaryKind;
  /** What it signs as: these domains and those below them. Lower-case A-labels. */
  readonly domains: readonly string[];
}

/** Only services whose signing domains are well documented. They are recognised by a passing signature alone. */
const INTERMEDIARIES: readonly KnownIntermediary[] = [
  { id: "google-groups", kind: "mailing-list", domains: ["googlegroups.com"] },
  { id: "groups.io", kind: "mailing-list", domains: ["groups.io"] },
  { id: "yahoo-groups", kind: "mailing-list", domains: ["yahoogroups.com"] }, // closed in 2020; archives remain
  { id: "simplelogin", kind: "forwarder", domains: ["simplelogin.co", "slmail.me", "slmails.com", "aleeas.com"] },
  { id: "addy.io", kind: "forwarder", domains: ["anonaddy.me", "anonaddy.com", "addy.io"] },
  { id: "duckduckgo", kind: "forwarder", domains: ["duck.com"] },
  { id: "sendgrid", kind: "bulk-sender", domains: ["sendgrid.net", "sendgrid.info"] },
  { id: "amazon-ses", kind: "bulk-sender", domains: ["amazonses.com"] },
  { id: "mailchimp", kind: "bulk-sender", domains: ["mcsv.net", "mailchimpapp.net", "mcdlv.net", "rsgsv.net"] },
  { id: "salesforce-core", kind: "bulk-sender", domains: ["salesforce.com"] },
  { id: "microsoft365-default", kind: "platform", domains: ["onmicrosoft.com", "onmicrosoft.de"] },
  { id: "google-workspace-default", kind: "platform", domains: ["gappssmtp.com"] },
];

const BY_DOMAIN = new Map(INTERMEDIARIES.flatMap((service) => service.domains.map((domain) => [domain, service])));

/** @returns the known service that signs as `domain` (lower-case A-labels), or null */
export function intermediaryOf(domain: string): KnownIntermediary | null {
  const own = knownDomainOf(domain);
  return own === null ? null : BY_DOMAIN.get(own)!;
}

/** @returns the platform domain at or above `domain`, below which unrelated customers have their names; or null */
export function platformDomainOf(domain: string): string | null {
  const own = knownDomainOf(domain);
  return own !== null && BY_DOMAIN.get(own)!.kind === "platform" ? own : null;
}

/** @returns the domain of a known service that is at or above `domain`, or null */
function knownDomainOf(domain: string): string | null {
  for (let at = 0; ;) {
    const parent = domain.slice(at);
    if (BY_DOMAIN.has(parent)) return parent;
    const dot = domain.indexOf(".", at);
    if (dot < 0) return null;
    at = dot + 1;
  }
}
