import { decode, encode, RECURSION_DESIRED, type Answer, type Packet, type TxtData } from "@dnsquery/dns-packet";
import { DnsError, type TxtAnswer } from "../dkim/resolver.js";
import { binaryString } from "../message/octets.js";

/** Links of a CNAME chain that are followed; every resolver follows at least as many. */
const MAX_CNAMES = 8;
/** RFC 1035 §2.3.4, in presentation form without the final dot. */
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/**
 * @returns the query for a name's TXT records; its id is 0, because HTTP matches answers to questions (RFC 8484 §4.1)
 * @throws {DnsError} `not-found` for a name that the DNS cannot have
 */
export function encodeQuestion(name: string): Uint8Array {
  const labels = name.split(".");
  if (name.length > MAX_NAME_LENGTH || labels.some(({ length }) => length === 0 || length > MAX_LABEL_LENGTH)) {
    throw new DnsError("not-found", `${name}: too long for a name of the DNS`);
  }
  return encode({ type: "query", id: 0, flags: RECURSION_DESIRED, questions: [{ type: "TXT", class: "IN", name }] });
}

/**
 * Reads the TXT records of the name that was asked for, or of where its CNAME chain leads within the answer section;
 * records of other names are ignored.
 * @param age seconds that the message is old
 * @throws {DnsError} `not-found` for NXDOMAIN and NODATA, else `temporary`
 */
export function readAnswer(message: Uint8Array, name: string, age: number): TxtAnswer {
  const packet = decodeAnswer(message, name);
  if (packet.rcode === "NXDOMAIN") throw new DnsError("not-found", `${name}: NXDOMAIN`);
  if (packet.rcode !== "NOERROR") throw new DnsError("temporary", `${name}: ${packet.rcode ?? "no result"}`);
  const chain = chainFrom(name, packet.answers ?? []);
  if (chain.records.length === 0) throw new DnsError("not-found", `${name}: no TXT record`);
  return { records: chain.records, ttl: Math.max(0, chain.ttl - age) };
}

function decodeAnswer(message: Uint8Array, name: string): Packet {
  const packet = decoded(message, name);
  const [question, ...others] = packet.questions ?? [];
  if (
    packet.type !== "response" ||
    packet.id !== 0 ||
    question === undefined ||
    others.length > 0 ||
    !isSameName(question.name, name) ||
    question.type !== "TXT" ||
    question.class !== "IN"
  ) {
    throw new DnsError("temporary", `${name}: the answer is to another question`);
  }
  if (packet.flag_tc === true) throw new DnsError("temporary", `${name}: the answer is truncated`);
  return packet;
}

function decoded(message: Uint8Array, name: string): Packet {
  try {
    return decode(message);
  } catch (cause) {
    throw new DnsError("temporary", `${name}: the answer is not a DNS message`, { cause });
  }
}

function chainFrom(asked: string, answers: readonly Answer[]): { records: string[]; ttl: number } {
  let name = asked;
  let ttl = Infinity;
  for (let links = 0; links <= MAX_CNAMES; links++) {
    const own = answers.filter((answer) => answer.class === "IN" && isSameName(answer.name, name));
    const alias = own.find((answer) => answer.type === "CNAME");
    if (typeof alias?.data !== "string") {
      const texts = own.filter((answer) => answer.type === "TXT");
      return { records: texts.map(({ data }) => textOf(data)), ttl: leastTtl(texts, ttl) };
    }
    ttl = leastTtl([alias], ttl);
    name = alias.data;
  }
  throw new DnsError("temporary", `${asked}: the CNAME chain is a loop or longer than ${MAX_CNAMES}`);
}

function leastTtl(answers: readonly Answer[], ttl: number): number {
  return Math.min(ttl, ...answers.map((answer) => answer.ttl ?? 0));
}

/** RFC 6376 §3.6.2.2: the strings of a record are joined. The decoder always gives them as an array of octets. */
function textOf(data: TxtData): string {
  return (data as readonly Uint8Array[]).map((string) => binaryString(string)).join("");
}

/** RFC 4343 */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
