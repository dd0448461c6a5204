import type { PublicationFinding } from "../../gateway/keys/published.js";
import type { Text } from "../explain/text.js";

const PASTE = "Publish the record as this prints it: dkimstatus dns --form text for a web form, --form zone for BIND.";

/** What the DNS has instead of a key's record. `{key}` is its name there. */
export const FINDING_TEXTS: Readonly<Record<PublicationFinding, Text>> = {
  published: { why: "It is published, and is the private key's.", cure: null },
  "no-answer": {
    why: "The DNS gave no answer for {key}.",
    cure: "Try again; if it stays so, the domain's name servers need repair.",
  },
  absent: {
    why: "There is no TXT record at {key}.",
    cure: "Publish it; a record that is new can take its zone's negative TTL to be seen.",
  },
  "several-records": {
    why: "There are several TXT records at {key}, so that none counts.",
    cure: "Leave one, the one that dkimstatus dns prints.",
  },
  "strings-as-records": {
    why: "The parts of the record have become records of their own.",
    cure: "Publish them as one record of several strings: in a zone file side by side in one TXT, in a web form as one line.",
  },
  "quotes-inside": {
    why: "Quotes or backslashes have become part of the record.",
    cure: "Publish the record without them: dkimstatus dns --form text prints what a web form wants.",
  },
  "strings-out-of-order": {
    why: "The parts of the record are joined in another order than theirs.",
    cure: PASTE,
  },
  truncated: {
    why: "A part of the key is missing: it was cut, often at 255 characters.",
    cure: "Publish it whole; in a zone file as several strings of one record, as --form zone prints it.",
  },
  revoked: {
    why: "The key is withdrawn (p= is empty).",
    cure: "Sign with a key that is not, or publish this one's record again.",
  },
  "type-missing": {
    why: "The record does not say k=ed25519, so that it is read as RSA and fails.",
    cure: PASTE,
  },
  "other-key": {
    why: "The published key is another one than the private key's.",
    cure: "Publish the record of this private key, or sign with the private key that belongs to the published one.",
  },
  malformed: { why: "What is published at {key} is no key record.", cure: PASTE },
  testing: {
    why: "The record says that the domain only tests (t=y): receivers need not count its signatures.",
    cure: "Take y out of t=.",
  },
  "not-for-email": { why: "The record allows other services than e-mail only (s=).", cure: "Take s= out of it." },
  "hash-forbidden": { why: "The record does not allow sha256 (h=).", cure: "Take h= out of it." },
};
