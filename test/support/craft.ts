import { createHash, sign as nodeSign } from "node:crypto";
import type { TestKey } from "./dkim.js";

/** Makes the signature of data: b= is its base64. */
export type Signer = (data: Buffer) => Buffer;

/** A message signed by hand with the given tags, however wrong; `$bh` in them is the hash of its simple body. */
export function craft(tags: string, by: TestKey | Signer, message: string): string {
  const body = message.slice(message.indexOf("\r\n\r\n") + 4).replace(/(\r\n)*$/, "\r\n");
  const bh = createHash("sha256").update(body, "latin1").digest("base64");
  const field = `DKIM-Signature: ${tags.replace("$bh", bh)} b=`;
  const names = /\bh=([^;]*)/.exec(tags)?.[1]?.split(":") ?? [];
  const lines = message.split("\r\n");
  const data = names.map((name) =>
    lines.find((line) => line.toLowerCase().startsWith(name.trim().toLowerCase() + ":")),
  );
  const text = [...data.filter((line) => line !== undefined), field].join("\r\n");
  const signer = typeof by === "function" ? by : signerOf(by);
  return `${field}${signer(Buffer.from(text, "latin1")).toString("base64")}\r\n${message}`;
}

function signerOf({ privateKey }: TestKey): Signer {
  return (data) =>
    privateKey.asymmetricKeyType === "rsa"
      ? nodeSign("sha256", data, privateKey)
      : nodeSign(null, createHash("sha256").update(data).digest(), privateKey); // RFC 8463 §3
}
