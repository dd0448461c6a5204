import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Zone } from "../../dns/zone.js";
import { domainOf } from "../../message/domain.js";
import type { Signer } from "./post-office.js";

/** All that sign in the samples, and what their zone holds where it is not the key. */
const SIGNERS: readonly (Signer & { readonly bits?: number; readonly record?: "revoked" | "TIMEOUT" })[] = [
  { domain: "lakeside.example", selector: "s2026" },
  { domain: "lakeside.example", selector: "ed2026", bits: 256 },
  { domain: "bank.example", selector: "mail" },
  { domain: "bank-login.example", selector: "mail" },
  { domain: "post.library.example", selector: "loans" },
  { domain: "grünerweg.example", selector: "hof" },
  { domain: "paperboat.example", selector: "shop" },
  { domain: "sendgrid.net", selector: "sample" },
  { domain: "orchard.example", selector: "k1" },
  { domain: "lists.allotment.example", selector: "list" },
  { domain: "meadow.example", selector: "m1" },
  { domain: "yahoogroups.com", selector: "sample", bits: 1024 },
  { domain: "parcel-desk.example", selector: "a" },
  { domain: "nettle.example", selector: "n1" },
  { domain: "weather.example", selector: "w1" },
  { domain: "harbour.example", selector: "h1" },
  { domain: "choir.example", selector: "c1" },
  { domain: "velo.example", selector: "old", record: "revoked" },
  { domain: "ferry.example", selector: "f1", record: "TIMEOUT" },
];

const DEFAULT_BITS = 2048;

/** The sample keys in a folder: PEM files by the name that their record has in the DNS. */
export class SampleKeys {
  constructor(private readonly folder: string) {}

  /** Makes the keys that are not there yet; the others stay, so that the samples stay as they are. */
  complete(): void {
    for (const signer of SIGNERS) {
      const file = this.fileOf(signer);
      if (!existsSync(file)) writeFileSync(file, newKey(signer.bits ?? DEFAULT_BITS));
    }
  }

  readonly privateKeyOf = (signer: Signer): string => readFileSync(this.fileOf(signer), "utf8");

  /** The records that the signers publish. RFC 6376 §3.6.1 */
  zone(): Zone {
    return Object.fromEntries(
      SIGNERS.map((signer) => [
        recordName(signer),
        signer.record === "TIMEOUT" ? signer.record : [this.recordOf(signer)],
      ]),
    );
  }

  private recordOf(signer: (typeof SIGNERS)[number]): string {
    if (signer.record === "revoked") return "v=DKIM1; p=";
    const key = createPublicKey(createPrivateKey(this.privateKeyOf(signer)));
    if (key.asymmetricKeyType === "ed25519") {
      // RFC 8463 §4: the 32 octets alone
      return `v=DKIM1; k=ed25519; p=${Buffer.from(key.export({ format: "jwk" }).x!, "base64url").toString("base64")}`;
    }
    return `v=DKIM1; k=rsa; p=${key.export({ format: "der", type: "spki" }).toString("base64")}`;
  }

  private fileOf(signer: Signer): string {
    return `${this.folder}/${recordName(signer)}.pem`;
  }
}

function recordName({ domain, selector }: Signer): string {
  return `${selector}._domainkey.${domainOf(domain)!}`;
}

function newKey(bits: number): string {
  const { privateKey } =
    bits === 256 ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: bits });
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}
