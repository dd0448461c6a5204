/** Signatures that seem to be the victim's: names cut short, algorithms confused, keys that anybody can sign with. */
import { createHmac, randomBytes } from "node:crypto";
import { ATTACKER, attacks, mail, VICTIM } from "./attack.js";
import {
  ATTACKER_KEY,
  BELOW_KEY,
  byAttacker,
  bySimpleVictim,
  byVictim,
  exponentOneSignature,
  FACTORED,
  FORWARDER_KEY,
  smallOrderSignature,
  SUFFIX_KEY,
  VICTIM_ED25519,
  withTags,
} from "./keys.js";

const tagged =
  (tags: string, by: Parameters<typeof withTags>[2] = ATTACKER_KEY) =>
  (subject: string) =>
    withTags(`a=rsa-sha256; ${tags}`, mail(subject), by);

/** What is no signature at all, of the length of one. */
const noise = (octets: number) => () => randomBytes(octets);

export const SIGNATURES = await attacks([
  {
    source: "Composition Kills A3",
    name: "NUL in the selector",
    seen: "invalid: tag-missing",
    throughProxy: "invalid: signature-syntax",
    write: tagged(`d=${VICTIM}; s=key.${ATTACKER}.\0.any;`),
  },
  {
    source: "Composition Kills A3",
    name: "NUL in the domain",
    seen: "invalid: tag-missing",
    throughProxy: "invalid: signature-syntax",
    write: tagged(`d=${ATTACKER}\0.${VICTIM}; s=m;`),
  },
  {
    source: "Composition Kills A4",
    name: "parenthesis in the domain",
    seen: "invalid: domain-invalid",
    write: tagged(`d=${VICTIM}(.${ATTACKER}; s=m;`),
  },
  {
    source: "Composition Kills A5",
    name: "quote in the domain",
    seen: "invalid: domain-invalid",
    write: tagged(`d=${VICTIM}'.${ATTACKER}; s=m;`),
  },
  {
    source: "Composition Kills A5",
    name: "double quote in the domain",
    seen: "invalid: domain-invalid",
    write: tagged(`d=${VICTIM}".${ATTACKER}; s=m;`),
  },
  {
    source: "Composition Kills A4",
    name: "another field's text in the domain",
    seen: "invalid: domain-invalid",
    write: tagged(`d=${ATTACKER} dkim=pass header.d=${VICTIM}; s=m;`),
  },
  {
    source: "Composition Kills A4",
    name: "parenthesis in the selector",
    seen: "invalid: selector-invalid",
    write: tagged(`d=${VICTIM}; s=key.${ATTACKER}.(;`),
  },
  {
    source: "Composition Kills A4",
    name: "a result in the identity",
    seen: `third-party ${ATTACKER}`,
    write: tagged(`d=${ATTACKER}; s=m; i="=3B=20dkim=3Dpass=20header.d=3D${VICTIM}=3B"@${ATTACKER};`),
  },
  {
    source: "Weak Links A8",
    name: "author below the victim, signed by the attacker",
    seen: `third-party ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: `From: Bank <info@nothing.${VICTIM}>\r\n` })),
  },
  {
    source: "Weak Links A10",
    name: "forwarded and signed by a forwarder",
    seen: "third-party forwarder.example",
    write: (subject) => byAttacker(mail(subject), FORWARDER_KEY),
  },
  {
    source: "Weak Links A10",
    name: "forwarded, with the victim's broken signature",
    seen: "third-party forwarder.example: author-signature-failed",
    write: async (subject) => {
      const genuine = await byVictim(mail(subject));
      return byAttacker(genuine.replace("Pay 10.", "Pay 20."), FORWARDER_KEY);
    },
  },
  {
    source: "suffixes",
    name: "signed by a domain above which the victim's name stands",
    seen: `third-party ${VICTIM}.${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject), BELOW_KEY),
  },
  {
    source: "suffixes",
    name: "signed by a domain that ends like the victim's",
    seen: `third-party not${VICTIM}`,
    write: (subject) => byAttacker(mail(subject), SUFFIX_KEY),
  },
  {
    source: "suffixes",
    name: "signed by the top-level domain",
    seen: "invalid: domain-invalid",
    write: tagged("d=example; s=m;"),
  },
  {
    source: "identity",
    name: "an identity of the victim in the attacker's signature",
    seen: "invalid: identity-outside-domain",
    write: tagged(`d=${ATTACKER}; s=m; i=info@${VICTIM};`),
  },
  {
    source: "RFC 6376 §5.4",
    name: "a signature that does not cover From",
    seen: "invalid: from-not-signed",
    write: (subject) =>
      withTags(`a=rsa-sha256; d=${VICTIM}; s=s1;`, mail(subject)).replace("h=From:To:Subject:Date", "h=To:Subject"),
  },
  {
    source: "tag lists",
    name: "two domains in one signature",
    seen: "invalid: tag-duplicate",
    write: tagged(`d=${ATTACKER}; s=m; d=${VICTIM};`),
  },
  {
    source: "algorithm confusion",
    name: "Ed25519 claimed for the victim's RSA key",
    seen: "invalid: key-type-mismatch",
    write: (subject) => withTags(`a=ed25519-sha256; d=${VICTIM}; s=s1;`, mail(subject), noise(64)),
  },
  {
    source: "algorithm confusion",
    name: "RSA claimed for the victim's Ed25519 key",
    seen: "invalid: key-type-mismatch",
    write: tagged(`d=${VICTIM}; s=ed;`),
  },
  {
    source: "algorithm confusion",
    name: "the victim's public key as the secret of an HMAC",
    seen: "invalid: algorithm-unknown",
    write: (subject) => {
      const secret = VICTIM_ED25519.publicKey.export({ type: "spki", format: "der" });
      const hmac = (data: Buffer) => createHmac("sha256", secret).update(data).digest();
      return withTags(`a=hmac-sha256; d=${VICTIM}; s=ed;`, mail(subject), hmac);
    },
  },
  {
    source: "algorithm confusion",
    name: "no algorithm at all",
    seen: "invalid: algorithm-unknown",
    write: (subject) => withTags(`a=none; d=${VICTIM}; s=s1;`, mail(subject), () => Buffer.from("none")),
  },
  {
    source: "RFC 8301",
    name: "rsa-sha1",
    seen: "invalid: algorithm-rsa-sha1",
    write: (subject) => withTags(`a=rsa-sha1; d=${VICTIM}; s=s1;`, mail(subject), noise(256)),
  },
  {
    source: "RFC 8301",
    name: "a factored key of 512 bits",
    seen: "invalid: key-too-small",
    write: tagged(`d=${VICTIM}; s=short;`, FACTORED),
  },
  {
    source: "keys that anybody can sign with",
    name: "an Ed25519 key of small order",
    seen: "invalid: key-malformed",
    write: (subject) => withTags(`a=ed25519-sha256; d=${VICTIM}; s=small;`, mail(subject), smallOrderSignature),
  },
  {
    source: "keys that anybody can sign with",
    name: "an RSA key with the exponent 1",
    seen: "invalid: key-malformed",
    write: tagged(`d=${VICTIM}; s=one;`, exponentOneSignature),
  },
  {
    source: "keys that anybody can sign with",
    name: "a key that was revoked",
    seen: "invalid: key-revoked",
    write: tagged(`d=${VICTIM}; s=old;`),
  },
  {
    source: "keys that anybody can sign with",
    name: "a key that is not there",
    seen: "invalid: key-not-found",
    write: tagged(`d=${VICTIM}; s=nowhere;`),
  },
  {
    source: "flooding",
    name: "the victim's name in more signatures than are tried",
    seen: "invalid: body-hash-mismatch too-many-signatures",
    write: (subject) => {
      const field = `DKIM-Signature: v=1; a=rsa-sha256; d=${VICTIM}; s=s1; h=From; bh=YQ==; b=YQ==\r\n`;
      return byAttacker(field.repeat(60) + mail(subject));
    },
  },
  {
    source: "expired signatures",
    name: "a message whose signature has expired",
    seen: "invalid: signature-expired",
    write: (subject) => bySimpleVictim(mail(subject), "t=1000; x=2000;"),
  },
]);
