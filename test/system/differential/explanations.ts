import type { Peer } from "./verdicts.js";

/** Why this project and a peer do not say the same of a message. */
interface Explanation {
  /** What this project says: `pass`, `none`, or why no signature passes. */
  readonly ours: readonly string[];
  readonly peers: readonly Peer[];
  /** Of which messages it is so; of all, where it is missing. */
  readonly where?: (message: string) => boolean;
  readonly because: string;
}

const EVERYBODY: readonly Peer[] = ["mailauth", "Mail::DKIM", "dkimpy", "OpenDKIM"];

const headerOf = (message: string) => message.split("\r\n\r\n", 1)[0]!;

/** NUL, a bare CR or a bare LF. */
const hasOddOctets = (message: string) => /\0|\r(?!\n)|(?<!\r)\n/.test(message);

/** A line of the header that is no field and continues none. */
const hasStrayLine = (message: string) =>
  headerOf(message)
    .split("\r\n")
    .some((line) => /^[^\s:][^:]*$/.test(line));

/** Every disagreement between pass and anything else has its row here, or it is a bug. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    ours: ["pass"],
    peers: EVERYBODY,
    where: (message) => message.includes("h=From:DKIM-Signature;"),
    because: "A signature never covers its own field (RFC 6376 §5.4), even where h= names it; they look for one.",
  },
  {
    ours: ["pass"],
    peers: ["dkimpy", "OpenDKIM"],
    where: (message) => message.includes("t=4000000000;"),
    because: "A date in the future is no fault of RFC 6376 §3.5; the status notes it (future-timestamp).",
  },
  {
    ours: ["pass"],
    peers: ["Mail::DKIM"],
    where: (message) => message.includes("s=granular;"),
    because: "g= of RFC 4871 is no tag of RFC 6376 any more, and unknown tags are ignored.",
  },
  {
    ours: ["pass"],
    peers: ["dkimpy"],
    where: (message) => message.includes("q=x:dns/txt;"),
    because: "q= is a list, of which one method has to be known (RFC 6376 §3.5).",
  },
  {
    ours: ["pass"],
    peers: EVERYBODY,
    where: hasStrayLine,
    because:
      "A line that is no field ends the header and begins the body, which is hashed; they look for an empty line.",
  },
  {
    ours: ["pass"],
    peers: ["OpenDKIM"],
    where: (message) => headerOf(message).split("DKIM-Signature:").length > 2,
    because: "opendkim -t says one thing of all signatures; here each has its own result.",
  },
  {
    ours: ["signature-syntax"],
    peers: EVERYBODY,
    because: "Tags and values are read by their grammar (RFC 6376 §3.2, §3.5); peers skip what is not of it.",
  },
  {
    ours: ["tag-missing", "version-unknown"],
    peers: ["mailauth", "Mail::DKIM"],
    because: "v=1 is required, and names of tags are case-sensitive (RFC 6376 §3.2, §3.5); they do not ask for it.",
  },
  {
    ours: ["tag-duplicate"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    because: "A list with a tag twice is invalid as a whole (RFC 6376 §3.2); they take one of the two.",
  },
  {
    ours: ["algorithm-unknown", "canonicalization-unknown", "query-method-unknown"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM", "dkimpy"],
    because: "What the registries do not have, in this very spelling, is unknown (RFC 6376 §3.5); some guess.",
  },
  {
    ours: ["identity-outside-domain"],
    peers: ["mailauth"],
    because: "i= is at d= or below it by whole labels (RFC 6376 §3.5); it does not ask.",
  },
  {
    ours: ["domain-invalid"],
    peers: EVERYBODY,
    because: "d= is a host name without a final dot (RFC 6376 §3.5); they hand the text to the DNS.",
  },
  {
    ours: ["from-not-signed"],
    peers: ["mailauth", "Mail::DKIM", "dkimpy"],
    because: "From must be signed (RFC 6376 §5.4); they do not ask.",
  },
  {
    ours: ["expiration-before-timestamp", "signature-expired"],
    peers: ["mailauth", "Mail::DKIM", "dkimpy"],
    because: "x= is behind t= and not past (RFC 6376 §3.5); they do not ask both.",
  },
  {
    ours: ["body-partly-signed", "body-too-short"],
    peers: EVERYBODY,
    because: "A body that goes on behind l= is not vouched for (RFC 6376 §8.2); verifiers may choose.",
  },
  {
    ours: ["key-malformed"],
    peers: ["mailauth", "Mail::DKIM", "dkimpy", "OpenDKIM"],
    because: "A record with an error in its list, or v= not first, is no key (RFC 6376 §3.6.1); they read on.",
  },
  {
    ours: ["key-not-for-email", "key-hash-forbidden", "key-forbids-subdomain", "key-type-mismatch"],
    peers: ["mailauth", "Mail::DKIM", "dkimpy"],
    because: "s=, h=, t=s and k= of the key decide (RFC 6376 §3.6.1); they do not ask all of them.",
  },
  {
    ours: ["body-hash-mismatch"],
    peers: ["mailauth", "Mail::DKIM"],
    where: (message) => message.includes(" l=0;"),
    because: "l=0 signs nothing of the body (RFC 6376 §3.5); they take it for no l= at all.",
  },
  {
    ours: ["body-hash-mismatch", "signature-mismatch", "none"],
    peers: EVERYBODY,
    where: hasOddOctets,
    because: "Only CRLF ends a line, and every octet counts (RFC 5322 §2.1); they take or drop others.",
  },
  {
    ours: ["body-hash-mismatch", "signature-mismatch", "none"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: hasStrayLine,
    because: "A line that is no field ends the header; they pass over it or read it as one.",
  },
  {
    ours: ["signature-mismatch"],
    peers: ["OpenDKIM"],
    where: (message) => /[ \t]\r\n/.test(headerOf(message)),
    because:
      "Simple canonicalization changes nothing (RFC 6376 §3.4.1); opendkim -t cuts white space off lines it reads.",
  },
];

export function isExplained(ours: string, peer: Peer, message: string): boolean {
  return EXPLANATIONS.some(
    (one) => one.ours.includes(ours) && one.peers.includes(peer) && (one.where?.(message) ?? true),
  );
}
