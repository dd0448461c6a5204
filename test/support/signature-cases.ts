import { NOW } from "./dkim.js";

const SECONDS = Math.floor(NOW.getTime() / 1000);

/** The tags of a good signature; see `craft`. */
export const SIGNATURE_TAGS = "v=1; a=ed25519-sha256; d=example.org; s=s1; h=From:Subject; bh=$bh;";
const TAGS = SIGNATURE_TAGS;

/** What becomes of signatures with such tags: `pass`, or the reason. RFC 6376 §6.1.1 and §6.1.3 */
export const SIGNATURE_CASES: [expected: string, tags: string][] = [
  ["pass", TAGS],
  ["pass", "v=1; a=ed25519-sha256; d=EXAMPLE.org; s=S1; q=foo:dns/txt; i=x@news.example.org; h=from; zz=1; bh=$bh;"],
  ["pass", TAGS + ` t=${SECONDS + 999}; x=${SECONDS + 1000};`],
  ["pass", TAGS + " i=J=C3=B6rg@example.org;"],
  ["pass", TAGS + ' i="a@b"=40example.org;'],
  ["pass", TAGS + " i=a=40b@example.org;"],
  ["tag-missing", TAGS.replace("v=1; ", "")],
  ["tag-missing", TAGS.replace("d=example.org", "d=")],
  ["version-unknown", TAGS.replace("v=1", "v=2")],
  ["version-unknown", TAGS.replace("v=1", "v=01")],
  ["tag-duplicate", TAGS + " s=s1;"],
  ["signature-syntax", TAGS + " bogus;"],
  ["signature-syntax", TAGS.replace("bh=$bh", "bh=?")],
  ["signature-syntax", TAGS.replace("h=From", "h=From::")],
  ["signature-syntax", TAGS + " l=-1;"],
  ["signature-syntax", TAGS + " t=1e3;"],
  ["signature-syntax", TAGS + " i=example.org;"],
  ["signature-syntax", TAGS + " i=@bank.example@example.org;"],
  ["algorithm-unknown", TAGS.replace("a=ed25519-sha256", "a=ed25519")],
  ["algorithm-unknown", TAGS.replace("a=ed25519-sha256", "a=rsa-md5")],
  ["canonicalization-unknown", TAGS + " c=nofws;"],
  ["canonicalization-unknown", TAGS + " c=simple/simple/simple;"],
  ["query-method-unknown", TAGS + " q=http;"],
  ["query-method-unknown", TAGS + " q=dns / txt;"],
  ["pass", TAGS + " q= http:\r\n\tdns/txt : x;"],
  ["domain-invalid", TAGS.replace("d=example.org", "d=org")],
  ["domain-invalid", TAGS.replace("d=example.org", "d=example.org.")],
  ["domain-invalid", TAGS.replace("d=example.org", "d=exa_mple.org")],
  ["domain-invalid", TAGS.replace("d=example.org", "d=example.org'x")],
  ["selector-invalid", TAGS.replace("s=s1", "s=s1@x")],
  ["selector-invalid", TAGS.replace("s=s1", "s=s1..x")],
  ["identity-outside-domain", TAGS + " i=@badexample.org;"],
  ["identity-outside-domain", TAGS + " i=@org;"],
  ["from-not-signed", TAGS.replace("h=From:", "h=")],
  ["expiration-before-timestamp", TAGS + ` t=${SECONDS}; x=${SECONDS};`],
  ["signature-expired", TAGS + ` x=${SECONDS - 1};`],
  ["algorithm-rsa-sha1", TAGS.replace("a=ed25519-sha256", "a=rsa-sha1")],
  ["body-too-short", TAGS + " l=9;"],
  ["body-hash-mismatch", TAGS.replace("bh=$bh", "bh=" + "A".repeat(43) + "=")],
  ["signature-mismatch", TAGS.replace("h=From:Subject", "h=From:Subject:To").replace("v=1", "v=1; c=relaxed/simple")],
];
