// Verification side by side: the limit (node:crypto alone), this project, mailauth; in turns, medians, ratios.
import { createHash, sign as signWithKey, verify as verifySignature } from "node:crypto";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { verify } from "../../dist/index.js";
import { BODIES, KINDS, makeKey, makeMessage, NOW, SIZES } from "./corpus.mjs";
import { benchPeers } from "./peers.mjs";
import { inTurns } from "./turns.mjs";

/** @returns a row for each size, kind of signature and body: messages per second, and the two ratios */
export async function benchVerify({ rounds, milliseconds, sizes = Object.keys(SIZES), withMailauth = true }) {
  const keys = { rsa: makeKey("rsa"), ed25519: makeKey("ed25519") };
  const rows = [];
  await warmUp(keys.rsa);
  for (const size of sizes) {
    for (const kind of Object.keys(KINDS)) {
      for (const body of BODIES) {
        const key = keys[KINDS[kind].type];
        const messages = [];
        for (let seed = 1; seed <= (SIZES[size] > 1e6 ? 2 : 16); seed++) {
          messages.push(await makeMessage({ size: SIZES[size], body, kind, key, seed }));
        }
        const contestants = { limit: limit(key), ours: ours(key), ...(withMailauth && { mailauth: mailauth(key) }) };
        const row = { size, kind, body, ...(await inTurns(contestants, messages, rounds, milliseconds)) };
        if (kind === "rsa relaxed") row.peers = benchPeers(messages[0].octets, key.record, (2 * milliseconds) / 1000);
        rows.push(row);
      }
    }
  }
  return rows;
}

/** What is measured first would else be measured before it is compiled, and all the more on a loaded machine. */
async function warmUp(key) {
  const message = await makeMessage({ size: SIZES["2 kB"], body: "prose", kind: "rsa relaxed", key, seed: 0 });
  for (const work of [ours(key), mailauth(key)]) for (let i = 0; i < WARM_UP_MESSAGES; i++) await work(message);
}

const WARM_UP_MESSAGES = 5_000;

/** One SHA-256 over the body, and one public-key operation over data of the header's length, with a cached key. */
function limit({ type, privateKey, publicKey }) {
  const cache = new Map();
  return ({ octets, bodyOffset }) => {
    let data = cache.get(octets);
    if (data === undefined) {
      const header = octets.subarray(0, bodyOffset);
      const signed = type === "rsa" ? header : createHash("sha256").update(header).digest();
      data = { signed, signature: signWithKey(type === "rsa" ? "sha256" : null, signed, privateKey) };
      cache.set(octets, data);
    }
    createHash("sha256").update(octets.subarray(bodyOffset)).digest();
    if (!verifySignature(type === "rsa" ? "sha256" : null, data.signed, publicKey, data.signature))
      throw new Error("limit");
  };
}

function ours({ record }) {
  const options = { resolver: { resolveTxt: () => [record] }, now: NOW, authservId: "mx.reader.example" };
  return async ({ octets }) => {
    const { signatures } = await verify(octets, options);
    if (signatures[0]?.result !== "pass") throw new Error(JSON.stringify(signatures));
  };
}

function mailauth({ record }) {
  const options = { resolver: () => Promise.resolve([[record]]), curTime: NOW };
  return async ({ octets }) => {
    const { results } = await dkimVerify(octets, options);
    if (results[0]?.status.result !== "pass") throw new Error(JSON.stringify(results[0]?.status));
  };
}
