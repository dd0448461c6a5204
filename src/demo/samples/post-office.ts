import { createHash, sign as signOctets } from "node:crypto";
import { nodeCrypto } from "../../crypto/node.js";
import { zoneResolver, type Zone } from "../../dns/zone.js";
import { createSigner } from "../../dkim/sign.js";
import { annotate } from "../../index.js";
import { parseHeader } from "../../message/header.js";
import { binaryString, octetsOf } from "../../message/octets.js";
import { applyEdit } from "../../service/edit.js";
import type { Edit } from "../../service/types.js";
import { receivedField } from "./letter.js";

/** The server whose mailbox the samples are in. */
export const RECEIVING_SERVER = "mx.example.net";

export interface Signer {
  readonly domain: string;
  readonly selector: string;
}

/** Who hands the message over. */
export interface Sender {
  readonly from: string;
  readonly address: string;
  /** As a server that does not take out what claims to be its own field. */
  readonly keepForged?: boolean;
}

/** What happens to a sample on its way. Messages are octets as binary strings. */
export interface PostOffice {
  /** Signs with this project; the first signer's field is on top. */
  sign(message: string, signers: readonly Signer[], at: Date, expiresAfter?: number): Promise<string>;
  /** Signs the body as it is and lets it grow (l=), which this project itself never does. */
  signPartly(message: string, signer: Signer, at: Date): string;
  /** Trace field, verification and Authentication-Results of {@link RECEIVING_SERVER}. */
  receive(message: string, sender: Sender, at: Date): Promise<string>;
}

/** @param privateKeyOf the PEM of a signer's key */
export function createPostOffice(privateKeyOf: (signer: Signer) => string, zone: Zone): PostOffice {
  return {
    async sign(message, signers, at, expiresAfter) {
      const octets = octetsOf(message);
      const header = parseHeader(octets);
      // Not the library's `sign`: it refuses a message with two authors, and one of the samples is such a message.
      const signer = createSigner(
        header,
        signers.map((each) => ({ ...each, privateKey: privateKeyOf(each) })),
        { crypto: nodeCrypto, now: at, expiresAfter },
      );
      signer.update(octets.subarray(header.bodyOffset));
      return (await signer.finish()).join("") + message;
    },
    signPartly(message, signer, at) {
      return partlySigned(message, signer, privateKeyOf(signer), at);
    },
    async receive(message, { from, address, keepForged = false }, at) {
      const octets = octetsOf(receivedField(from, address, RECEIVING_SERVER, at) + message);
      const edit = await annotate(octets, {
        authservId: RECEIVING_SERVER,
        resolver: zoneResolver(zone),
        now: at,
        receivedAt: at,
      });
      return edited(octets, keepForged ? { ...edit, remove: [] } : edit);
    },
  };
}

const PARTLY_SIGNED_NAMES = ["From", "To", "Subject", "Date", "Message-ID"];

/** RFC 6376 §3.4.1, §3.4.3 and §3.7, for a message whose body ends with one CRLF. */
function partlySigned(message: string, { domain, selector }: Signer, privateKey: string, at: Date): string {
  const { fields, bodyOffset } = parseHeader(octetsOf(message));
  const body = message.slice(bodyOffset);
  const signed = PARTLY_SIGNED_NAMES.map((name) => fields.find((field) => field.name === name)!.raw);
  const hash = createHash("sha256").update(octetsOf(body)).digest("base64");
  const unsigned = [
    `DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=${domain}; s=${selector};`,
    `t=${at.getTime() / 1000}; l=${body.length}; h=${PARTLY_SIGNED_NAMES.join(":")};`,
    `bh=${hash};`,
    "b=",
  ].join("\r\n\t");
  const data = octetsOf([...signed, unsigned].join("\r\n"));
  const signature = signOctets("sha256", data, privateKey).toString("base64");
  return `${unsigned}${signature.replace(/.{76}(?=.)/g, "$&\r\n\t")}\r\n${message}`;
}

async function edited(octets: Uint8Array, edit: Edit): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of applyEdit(octets, edit)) pieces.push(binaryString(piece));
  return pieces.join("");
}
