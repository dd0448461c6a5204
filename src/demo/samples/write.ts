import { encodeUtf8 } from "../../message/octets.js";
import { messageOf } from "./letter.js";
import type { PostOffice } from "./post-office.js";
import type { Sample } from "./sample.js";

/** Seconds before arrival at which a server between has the message, and signs it again. */
const RELAYED_BEFORE = 10;
/** Seconds from writing to signing. */
const SIGNED_AFTER = 5;

/** @returns the message as the mailbox holds it: octets as a binary string */
export async function writeSample(sample: Sample, office: PostOffice): Promise<string> {
  const { id, receivedAt, letter, signers, onTheWay, relaySigners, sender } = sample;
  const writtenAt = seconds(receivedAt, -letter.age);
  const written = encodeUtf8(messageOf(letter, id, writtenAt));
  const signedAt = seconds(writtenAt, SIGNED_AFTER);
  const signed = sample.signsFirstPart
    ? office.signPartly(written, signers[0]!, signedAt)
    : await office.sign(written, signers, signedAt, sample.expiresAfter);
  const relayedAt = seconds(receivedAt, -RELAYED_BEFORE);
  const relayed = onTheWay === undefined ? signed : onTheWay(signed, relayedAt);
  return office.receive(await office.sign(relayed, relaySigners ?? [], relayedAt), sender, receivedAt);
}

function seconds(date: Date, more: number): Date {
  return new Date(date.getTime() + more * 1000);
}
