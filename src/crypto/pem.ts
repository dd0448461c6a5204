import { octetsOf } from "../message/octets.js";
import { pkcs8Algorithm, wrapPkcs1 } from "./der.js";
import { CryptoError } from "./errors.js";

/** RFC 7468 §2; the label's words before PRIVATE KEY give the format. Everything around it is explanatory text. */
const PRIVATE_KEY = /-----BEGIN ((?:[A-Z0-9]+ ){0,4})PRIVATE KEY-----([^-]*)-----END \1PRIVATE KEY-----/;

/** Object identifiers in hexadecimal DER: 1.2.840.113549.1.1.1 (RFC 8017 §A.1), 1.3.101.112 (RFC 8410 §3). */
const TYPES: Readonly<Record<string, "rsa" | "ed25519" | undefined>> = {
  "2a864886f70d010101": "rsa",
  "2b6570": "ed25519",
};

/**
 * Reads a private key as PKCS #8, whichever format its PEM has.
 * @throws {CryptoError} `key-unreadable`, `key-type-unsupported`
 */
export function pkcs8Of(pem: string): { type: "rsa" | "ed25519"; der: Uint8Array<ArrayBuffer> } {
  const [, label, text] = PRIVATE_KEY.exec(pem) ?? [];
  const octets = text === undefined ? null : base64(text);
  if (octets === null || label === "ENCRYPTED ") {
    throw new CryptoError("key-unreadable", "no unencrypted private key in PEM (PKCS #8, or PKCS #1 for RSA)");
  }
  if (label === "RSA ") return { type: "rsa", der: wrapPkcs1(octets) };
  if (label !== "") throw unsupported(label!.trim());
  const algorithm = pkcs8Algorithm(octets);
  if (algorithm === null) throw new CryptoError("key-unreadable", "the PEM is not a private key in PKCS #8");
  const type = TYPES[algorithm];
  if (type === undefined) throw unsupported(algorithm);
  return { type, der: octets };
}

function unsupported(type: string): CryptoError {
  return new CryptoError("key-type-unsupported", `a private key of type ${type} cannot sign; DKIM has rsa and ed25519`);
}

function base64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return octetsOf(atob(text));
  } catch {
    return null;
  }
}
