/** The contents of packets: the milter protocol, version 6, as in sendmail's mfdef.h and Postfix' milter8. */
import { binaryString, octetsOf } from "../../message/octets.js";
import { encodePacket, ProtocolError } from "./framing.js";

/** The MTA's commands that we request or cannot decline. */
export const Command = {
  negotiate: "O",
  macros: "D",
  connect: "C",
  helo: "H",
  mail: "M",
  recipient: "R",
  data: "T",
  header: "L",
  endOfHeader: "N",
  body: "B",
  endOfMessage: "E",
  unknown: "U",
  abort: "A",
  quit: "Q",
  /** Another SMTP connection follows on this socket. */
  quitNextConnection: "K",
} as const;

/** Changes to a message that a filter must announce. */
export const Action = { addHeaders: 0x01, changeHeaders: 0x10 } as const;

/** Commands that the MTA need not send, replies that it does not wait for, and header values as they are. */
export const Step = {
  noHelo: 0x02,
  noRecipient: 0x08,
  noReplyHeader: 0x80,
  noUnknown: 0x100,
  noData: 0x200,
  noReplyConnect: 0x1000,
  noReplyHelo: 0x2000,
  noReplyMail: 0x4000,
  noReplyRecipient: 0x8000,
  noReplyData: 0x10000,
  noReplyUnknown: 0x20000,
  noReplyEndOfHeader: 0x40000,
  noReplyBody: 0x80000,
  /** The MTA neither removes nor adds a space after the colon. */
  headerLeadingSpace: 0x100000,
} as const;

export interface Negotiation {
  readonly version: number;
  readonly actions: number;
  readonly steps: number;
}

/** @throws {ProtocolError} */
export function decodeNegotiation(data: Uint8Array): Negotiation {
  if (data.length < 12) throw new ProtocolError("an option negotiation of less than 12 octets");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return { version: view.getUint32(0), actions: view.getUint32(4), steps: view.getUint32(8) };
}

export function encodeNegotiation({ version, actions, steps }: Negotiation): Uint8Array {
  return encodePacket(Command.negotiate, uint32(version), uint32(actions), uint32(steps));
}

/** Macros of one command: names as sent (`i`, `{auth_authen}`) to values. */
export interface MacroSet {
  readonly command: string;
  readonly values: ReadonlyMap<string, string>;
}

/** @throws {ProtocolError} */
export function decodeMacros(data: Uint8Array): MacroSet {
  if (data.length === 0) throw new ProtocolError("macros without the command that they are for");
  const strings = decodeStrings(data.subarray(1));
  const values = new Map<string, string>();
  for (let i = 0; i + 1 < strings.length; i += 2) values.set(strings[i]!, strings[i + 1]!);
  return { command: String.fromCharCode(data[0]!), values };
}

/**
 * @returns the SMTP client's address; null for a client on a local socket or one that the MTA does not know
 * @throws {ProtocolError}
 */
export function decodeConnect(data: Uint8Array): string | null {
  const nameEnd = data.indexOf(0);
  if (nameEnd < 0 || nameEnd + 1 >= data.length) throw new ProtocolError("a connection without address family");
  const family = String.fromCharCode(data[nameEnd + 1]!);
  if (family !== "4" && family !== "6") return null;
  const [address] = decodeStrings(data.subarray(nameEnd + 4)); // after a port of two octets
  // Sendmail prefixes `IPv6:`, Postfix does not.
  return address === undefined || address === "" ? null : address.replace(/^IPv6:/i, "");
}

/** @throws {ProtocolError} */
export function decodeHeader(data: Uint8Array): { readonly name: string; readonly value: string } {
  const [name, value] = decodeStrings(data);
  if (name === undefined || value === undefined) throw new ProtocolError("a header field without name or value");
  return { name, value };
}

/**
 * NUL-terminated strings (binary strings).
 * @throws {ProtocolError} if the last one is not terminated
 */
export function decodeStrings(data: Uint8Array): string[] {
  const strings = binaryString(data).split("\0");
  if (strings.pop() !== "") throw new ProtocolError("a string without its final NUL");
  return strings;
}

/** Replies without data. */
export const REPLY_CONTINUE = encodePacket("c");
export const REPLY_TEMPORARY_FAILURE = encodePacket("t");

/** A one-line SMTP reply of the filter's own. Sendmail uses it as a format, so that a percent sign must be doubled. */
export function encodeReplyCode(reply: string): Uint8Array {
  return encodePacket("y", cString(reply.replaceAll("%", "%%")));
}

/** @param index 0 is above everything, the MTA's own Received included */
export function encodeInsertHeader(index: number, name: string, value: string): Uint8Array {
  return encodePacket("i", uint32(index), cString(name), cString(value));
}

/** @param ordinal counts the fields of that name, from 1 */
export function encodeDeleteHeader(ordinal: number, name: string): Uint8Array {
  return encodePacket("m", uint32(ordinal), cString(name), cString(""));
}

function cString(text: string): Uint8Array {
  return octetsOf(text + "\0");
}

function uint32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value);
  return octets;
}
