import type { ReasonCode } from "../../index.js";
import type { Text } from "./text.js";

const SIGN_ANEW = "The signer has to sign anew with software that follows RFC 6376.";

/** Why a signature does not pass. */
export const SIGNATURE_TEXTS: Readonly<Record<ReasonCode, Text>> = {
  "too-many-signatures": {
    why: "The message has more signatures than are tried; those of the author's domain are tried first.",
    cure: "Relays that add a signature each time have to stop doing so, or remove what no longer verifies.",
  },
  "header-too-large": {
    why: "The header is longer than is read, so what stands in it is not certain.",
    cure: "Find the software that writes so long a header; no usual mail comes near this size.",
  },
  "tag-list-too-large": {
    why: "The DKIM-Signature field is longer than is read.",
    cure: "The signer has to write a shorter one: fewer names in h=, no copied fields (z=).",
  },
  "too-many-signed-names": {
    why: "h= lists more names than are tried.",
    cure: "The signer has to sign fewer fields; each has to be named once more than it occurs at most.",
  },
  "signature-syntax": { why: "The DKIM-Signature field is not written as RFC 6376 §3.5 says.", cure: SIGN_ANEW },
  "tag-duplicate": { why: "A tag stands twice in the DKIM-Signature field, which makes it void.", cure: SIGN_ANEW },
  "tag-missing": {
    why: "The DKIM-Signature field lacks a tag that it must have (v, a, b, bh, d, h or s).",
    cure: SIGN_ANEW,
  },
  "version-unknown": { why: "The signature is of another version than v=1.", cure: SIGN_ANEW },
  "algorithm-unknown": {
    why: "The algorithm in a= is none that DKIM has.",
    cure: "The signer has to use rsa-sha256 or ed25519-sha256.",
  },
  "canonicalization-unknown": {
    why: "The canonicalization in c= is none that DKIM has.",
    cure: "The signer has to use simple or relaxed for header and body.",
  },
  "query-method-unknown": {
    why: "q= names no way to get the key that is known; dns/txt is the only one.",
    cure: "The signer has to leave out q=, or write q=dns/txt.",
  },
  "domain-invalid": { why: "d= is no host name, so there is nobody to ask for a key.", cure: SIGN_ANEW },
  "selector-invalid": { why: "s= is no name that the DNS could have.", cure: SIGN_ANEW },
  "identity-outside-domain": {
    why: "i= names a user who is not of {signer} or a domain below it.",
    cure: "The signer has to leave out i=, or name one of its own users.",
  },
  "from-not-signed": {
    why: "h= does not list From, so the author's address is not covered.",
    cure: "The signer has to sign From; RFC 6376 §5.4 demands it.",
  },
  "expiration-before-timestamp": {
    why: "The signature ends (x=) before it was made (t=).",
    cure: "The signer has to set its clock, or the time that its signatures last.",
  },
  "signature-expired": {
    why: "The signature had expired (x=) when the message arrived.",
    cure: "If the message arrived earlier, say when with --received-at. Otherwise the signer has to let its signatures last longer than its mail waits in queues.",
  },
  "algorithm-rsa-sha1": {
    why: "The signature uses rsa-sha1, which can be forged and must not be accepted (RFC 8301).",
    cure: "The signer has to use rsa-sha256; the key can stay.",
  },
  "key-lookup-failed": {
    why: "The DNS gave no answer for {key}.",
    cure: "Try again later; if it stays so, the name servers of {signer} need repair.",
  },
  cancelled: { why: "The check was stopped before it ended.", cure: "Run it again." },
  "key-not-found": {
    why: "The DNS has no TXT record at {key}.",
    cure: "The owner of {signer} has to publish the key there, or to sign with a selector that is published. Of an old message the key may have been removed rightly.",
  },
  "key-ambiguous": {
    why: "The DNS has several TXT records at {key}, and which is the key cannot be told.",
    cure: "The owner of {signer} has to leave one TXT record only at that name.",
  },
  "key-malformed": {
    why: "What the DNS has at {key} is no key record.",
    cure: "The owner of {signer} has to publish the record anew; often a part was lost or a quote was added when it was pasted.",
  },
  "key-revoked": {
    why: "The key at {key} is withdrawn (p= is empty).",
    cure: "The owner of {signer} has to sign with a key that is in use.",
  },
  "key-type-mismatch": {
    why: "The key at {key} is not of the kind that the signature uses.",
    cure: "The owner of {signer} has to publish the key that signs, or use a selector of its own for each kind of key.",
  },
  "key-hash-forbidden": {
    why: "The key at {key} does not allow sha256 (h=).",
    cure: "The owner of {signer} has to take h= out of the key record, or add sha256 to it.",
  },
  "key-not-for-email": {
    why: "The key at {key} is not meant for mail (s=).",
    cure: "The owner of {signer} has to take s= out of the key record, or add email to it.",
  },
  "key-forbids-subdomain": {
    why: "The key at {key} does not allow users of domains below {signer} (t=s), and i= names one.",
    cure: "The signer has to leave out i=, or the owner of {signer} has to take s out of t= in the key record.",
  },
  "key-too-small": {
    why: "The RSA key has fewer than 1024 bits and must not be accepted (RFC 8301).",
    cure: "The owner of {signer} needs a new key, of 2048 bits at best.",
  },
  "key-too-large": {
    why: "The RSA key is larger than is tried.",
    cure: "The owner of {signer} needs a key that others accept: 2048 bits, 4096 at most.",
  },
  "body-too-short": {
    why: "The signature covers more octets of the body (l=) than there are.",
    cure: "The message was cut on its way, which has to be found; the signer should leave out l=.",
  },
  "body-hash-mismatch": {
    why: "The body is not the one that was signed.",
    cure: "Find what changes it between signer and reader: a footer, a scanner, a list, a conversion. It has to stop, or sign anew behind the change.",
  },
  "signature-mismatch": {
    why: "The body is the signed one, but the signed header fields are not, or another key made the signature.",
    cure: "Find what changes header fields on the way (a subject tag, an address rewritten); or the record at {key} is not of the key that signs.",
  },
  "internal-error": {
    why: "The check failed for a reason of its own.",
    cure: "Run it again; if it stays so, report it with the message.",
  },
  "body-partly-signed": {
    why: "The signature verifies, but l= leaves the end of the body unsigned, and anybody could have added that.",
    cure: "The signer has to leave out l= (RFC 6376 §8.2).",
  },
};
