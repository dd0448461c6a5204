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
  /^[ \t]/.test(message) ||
  headerOf(message)
    .split(/\r?\n/)
    .some((line) => /^[^\s:][^:]*$/.test(line));

/** A value in the header that does not stand between one space and a line end, as each of a signed message did. */
const hasMarginalSpace = (message: string) =>
  headerOf(message)
    .replace("X-Note: in \r\n", "X-Note: in\r\n")
    .split(/\r\n(?![ \t])/)
    .some((field) => !/^[^:]+: \S/.test(field) || /[ \t](?:\r\n|$)/.test(field));

/** The tags of the first signature without white space; the value is null where there is no equals sign. */
function tagsOf(message: string): { readonly name: string; readonly value: string | null }[] {
  const [, list = ""] = /^DKIM-Signature[ \t]*:([^]*?)(?:\r\n(?![ \t])|$)/i.exec(headerOf(message)) ?? [];
  const specs = list
    .replace(/[ \t\r\n]/g, "")
    .replace(/;$/, "")
    .split(";");
  return specs.map((spec) => {
    const [, name = spec, value = null] = /^([^=]*)=(.*)$/.exec(spec) ?? [];
    return { name, value };
  });
}

const valuesOf = (message: string, tag: string) =>
  tagsOf(message).flatMap(({ name, value }) => (name === tag && value !== null ? [value] : []));

/** A signature of this selector: mutants.ts has its record. */
const hasKey = (selector: string) => (message: string) => valuesOf(message, "s").join() === selector;

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
    ours: ["pass"],
    peers: ["Mail::DKIM", "dkimpy", "OpenDKIM"],
    where: (message) => /^[^\s:]+[ \t]+:/m.test(headerOf(message)),
    because: "White space may stand before the colon (RFC 5322 §4.5.8), and relaxed deletes it (RFC 6376 §3.4.2).",
  },
  {
    ours: ["pass"],
    peers: EVERYBODY,
    where: (message) => headerOf(message).includes("\r\n\n"),
    because: "A line that a bare LF alone makes ends the header; the signature is as good, and the status `malformed`.",
  },
  {
    ours: ["pass"],
    peers: ["mailauth", "dkimpy"],
    where: (message) => valuesOf(message, "c").join().endsWith("/relaxed") && /\r\n[ \t]+$/.test(message),
    because: "White space at the end goes, and then there is no last line to be ended by CRLF (RFC 6376 §3.4.4).",
  },
  {
    ours: ["pass"],
    peers: ["Mail::DKIM"],
    where: (message) => /(?<!\r)\n/.test(headerOf(message)),
    because:
      "A bare LF in a field is taken for a line end, as most do; what came with it makes the status `malformed`.",
  },
  {
    ours: ["pass"],
    peers: ["Mail::DKIM", "OpenDKIM"],
    where: (message) => !message.endsWith("\r\n"),
    because: "A body that does not end with CRLF gets one (RFC 6376 §3.4.3, §3.4.4); one of them does so in each form.",
  },
  {
    ours: ["pass"],
    peers: ["dkimpy"],
    where: (message) => valuesOf(message, "b").some((signature) => signature.length % 4 !== 0),
    because: "The equals signs at the end of base64 may be missing (RFC 6376 §2.10); it wants them.",
  },
  {
    ours: ["signature-syntax"],
    peers: EVERYBODY,
    where: (message) => valuesOf(message, "h").some((names) => names.split(":").includes("")),
    because: "Between two colons of h= is a name (RFC 6376 §3.5); they pass over it.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth", "Mail::DKIM"],
    where: (message) => valuesOf(message, "t").some((time) => !/^[0-9]+$/.test(time)),
    because: "t= is digits (RFC 6376 §3.5); they do not read it.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth"],
    where: (message) => valuesOf(message, "l").some((length) => !/^[0-9]+$/.test(length)),
    because: "l= is digits (RFC 6376 §3.5); it takes what is none for no l= at all.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth"],
    where: (message) => valuesOf(message, "i").some((identity) => !identity.includes("@")),
    because: "i= has an at-sign (RFC 6376 §3.5); it does not ask.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: (message) => tagsOf(message).some(({ name, value }) => value !== null && /^[0-9]/.test(name)),
    because: "The name of a tag begins with a letter (RFC 6376 §3.2); they pass over the tag.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth", "Mail::DKIM"],
    where: (message) => tagsOf(message).some(({ name, value }) => value === null && name === ""),
    because: "Between two semicolons is a tag (RFC 6376 §3.2); they pass over the gap.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth"],
    where: (message) => tagsOf(message).some(({ name, value }) => value === null && name !== ""),
    because: "A tag has an equals sign (RFC 6376 §3.2); it passes over what has none.",
  },
  {
    ours: ["signature-syntax"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: (message) => valuesOf(message, "b").some((signature) => !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)),
    because: "b= is base64 and white space (RFC 6376 §2.10); they drop other octets.",
  },
  {
    ours: ["tag-missing"],
    peers: ["mailauth", "Mail::DKIM"],
    where: (message) => valuesOf(message, "v").length === 0,
    because: "v=1 is required, and names of tags are case-sensitive (RFC 6376 §3.2, §3.5); they do not ask for it.",
  },
  {
    ours: ["version-unknown"],
    peers: ["mailauth"],
    because: "v= is 1 (RFC 6376 §3.5); it does not ask.",
  },
  {
    ours: ["tag-duplicate"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: (message) => valuesOf(message, "v").join() === "1,1",
    because: "A list with a tag twice is invalid as a whole (RFC 6376 §3.2); they take one of the two.",
  },
  {
    ours: ["algorithm-unknown"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: (message) => valuesOf(message, "a").join().toLowerCase() === "rsa-sha256",
    because: "Names of the registry are in lower case (RFC 6376 §3.5); they take others.",
  },
  {
    ours: ["canonicalization-unknown"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: (message) => /^(?:simple|relaxed)\/(?:simple|relaxed)$/i.test(valuesOf(message, "c").join()),
    because: "Names of the registry are in lower case (RFC 6376 §3.5); they take others.",
  },
  {
    ours: ["canonicalization-unknown"],
    peers: ["mailauth"],
    where: (message) => valuesOf(message, "c").join().split("/").length === 3,
    because: "c= has two parts at most (RFC 6376 §3.5); it drops what follows.",
  },
  {
    ours: ["query-method-unknown"],
    peers: ["mailauth"],
    because: "q= is dns/txt, or names it in a list (RFC 6376 §3.5); it does not ask.",
  },
  {
    ours: ["identity-outside-domain"],
    peers: ["mailauth"],
    because: "i= is at d= or below it by whole labels (RFC 6376 §3.5); it does not ask.",
  },
  {
    ours: ["domain-invalid"],
    peers: ["Mail::DKIM", "OpenDKIM"],
    where: (message) => valuesOf(message, "d").join().endsWith("."),
    because: "d= is a host name without a final dot (RFC 6376 §3.5); they hand the text to the DNS.",
  },
  {
    ours: ["from-not-signed"],
    peers: ["mailauth", "Mail::DKIM", "dkimpy"],
    because: "From must be signed (RFC 6376 §5.4); they do not ask.",
  },
  {
    ours: ["body-too-short"],
    peers: ["mailauth", "Mail::DKIM", "dkimpy"],
    because: "l= is no more than there is of the body (RFC 6376 §3.5, §6.1.3); they hash what there is.",
  },
  {
    ours: ["key-malformed"],
    peers: EVERYBODY,
    where: hasKey("late"),
    because: "v= is the first tag of a record that has one (RFC 6376 §3.6.1); they take it anywhere.",
  },
  {
    ours: ["key-malformed"],
    peers: ["mailauth", "Mail::DKIM", "OpenDKIM"],
    where: hasKey("doubled"),
    because: "A list with a tag twice is invalid as a whole (RFC 6376 §3.2); they take one of the two.",
  },
  {
    ours: ["key-malformed"],
    peers: ["mailauth"],
    where: hasKey("broken"),
    because: "A tag has an equals sign (RFC 6376 §3.2); it passes over what has none.",
  },
  {
    ours: ["key-malformed"],
    peers: ["OpenDKIM"],
    where: hasKey("edwards"),
    because: "An Ed25519 key has 32 octets (RFC 8463 §4.2), and this RSA key is none; a= alone decides there.",
  },
  {
    ours: ["key-not-for-email"],
    peers: ["mailauth"],
    because: "s= of the key says what it is for (RFC 6376 §3.6.1); it does not ask.",
  },
  {
    ours: ["key-hash-forbidden"],
    peers: ["mailauth", "dkimpy"],
    because: "h= of the key says which hashes are accepted (RFC 6376 §3.6.1); they do not ask.",
  },
  {
    ours: ["key-forbids-subdomain"],
    peers: ["mailauth", "dkimpy"],
    because: "t=s of the key wants i= at d= itself (RFC 6376 §3.6.1); they do not ask.",
  },
  {
    ours: ["key-type-mismatch"],
    peers: ["dkimpy"],
    where: (message) => valuesOf(message, "a").join() === "ed25519-sha256",
    because: "a= and the key's k= must agree (RFC 6376 §6.1.2); k= alone decides there.",
  },
  {
    ours: ["body-hash-mismatch"],
    peers: ["mailauth", "Mail::DKIM"],
    where: (message) => message.includes(" l=0;"),
    because: "l=0 signs nothing of the body (RFC 6376 §3.5); they take it for no l= at all.",
  },
  {
    ours: ["body-hash-mismatch", "signature-mismatch", "signature-syntax", "tag-missing", "none"],
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
    ours: ["none"],
    peers: ["mailauth"],
    where: (message) => message.startsWith("\r\n"),
    because: "What begins with an empty line has no header (RFC 5322 §2.1); it passes over the line.",
  },
  {
    ours: ["signature-mismatch"],
    peers: ["OpenDKIM"],
    where: (message) => valuesOf(message, "c").join().startsWith("simple/") && hasMarginalSpace(message),
    because:
      "Simple canonicalization changes nothing (RFC 6376 §3.4.1); opendkim -t cuts white space off the values it reads.",
  },
];

export function isExplained(ours: string, peer: Peer, message: string): boolean {
  return EXPLANATIONS.some(
    (one) => one.ours.includes(ours) && one.peers.includes(peer) && (one.where?.(message) ?? true),
  );
}
