// What it costs to annotate beside verifying, and to sign beside the hash and the private-key operation.
import { createHash, sign as signWithKey } from "node:crypto";
import { annotate, sign, verify } from "../../dist/index.js";
import { makeKey, makeMessage, NOW } from "./corpus.mjs";
import { inTurns } from "./turns.mjs";

const SIZE = 20_000;

/** @returns messages per second: annotate and verify; signing and its limit, for both types of key */
export async function benchEdits({ rounds, milliseconds }) {
  const rsa = makeKey("rsa");
  const messages = [];
  for (let seed = 1; seed <= 16; seed++) {
    messages.push(await makeMessage({ size: SIZE, body: "prose", kind: "rsa relaxed", key: rsa, seed }));
  }
  const options = { resolver: { resolveTxt: () => [rsa.record] }, now: NOW, authservId: "mx.reader.example" };
  const contestants = {
    verify: ({ octets }) => verify(octets, options),
    annotate: ({ octets }) => annotate(octets, options),
  };
  const rows = [];
  rows.push(row("annotate, of verify", await inTurns(contestants, messages, rounds, milliseconds)));
  for (const key of [rsa, makeKey("ed25519")]) {
    rows.push(row(`sign ${key.type}`, await inTurns(signing(key), messages, rounds, milliseconds)));
  }
  return rows;
}

function row(name, speeds) {
  const [base, ours] = Object.values(speeds);
  return { name, base, ours };
}

function signing({ type, privateKey, pem }) {
  const keys = [{ domain: "bench.example", selector: "s1", privateKey: pem }];
  return {
    limit: ({ octets, bodyOffset }) => {
      createHash("sha256").update(octets.subarray(bodyOffset)).digest();
      const header = octets.subarray(0, bodyOffset);
      if (type === "rsa") return signWithKey("sha256", header, privateKey);
      return signWithKey(null, createHash("sha256").update(header).digest(), privateKey);
    },
    ours: ({ octets }) => sign(octets, { keys, now: NOW }),
  };
}
