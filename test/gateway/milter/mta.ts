/** The MTA's side of the milter protocol, as Postfix speaks it: what it sends for a message, what it makes of the replies. */
import { PacketReader, encodePacket, type Packet } from "../../../src/gateway/milter/framing.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";

/** What Postfix 3.7 and later offer with `milter_protocol = 6`. */
export const POSTFIX_OFFER = { version: 6, actions: 0x1ff, steps: 0x1fffff };
/** Without leading spaces, without omitted replies: protocol version 2. */
export const OLD_OFFER = { version: 2, actions: 0x3f, steps: 0x7f };

const NO_REPLY: Record<string, number> = {
  C: 0x1000,
  H: 0x2000,
  M: 0x4000,
  R: 0x8000,
  T: 0x10000,
  L: 0x80,
  N: 0x40000,
  B: 0x80000,
};
const DECLINED: Record<string, number> = { C: 0x1, H: 0x2, M: 0x4, R: 0x8, T: 0x200, B: 0x10, L: 0x20, N: 0x40 };
const LEADING_SPACE = 0x100000;
const BODY_CHUNK = 65_535;

export function uint32(...values: number[]): Uint8Array {
  const octets = new Uint8Array(4 * values.length);
  const view = new DataView(octets.buffer);
  values.forEach((value, i) => {
    view.setUint32(4 * i, value);
  });
  return octets;
}

export function strings(...texts: string[]): Uint8Array {
  return octetsOf(texts.map((text) => text + "\0").join(""));
}

export interface Envelope {
  readonly queueId?: string;
  readonly login?: string;
  readonly clientAddress?: string;
  readonly sender?: string;
}

/** The commands of one message, in order, each with whether a reply is waited for. */
export interface Step {
  readonly octets: Uint8Array;
  readonly awaits: boolean;
}

export class Mta {
  /** What the filter has chosen. */
  steps = 0;
  constructor(readonly offer = POSTFIX_OFFER) {}

  negotiation(): Uint8Array {
    return encodePacket("O", uint32(this.offer.version, this.offer.actions, this.offer.steps));
  }

  negotiated({ command, data }: Packet): { version: number; actions: number; steps: number } {
    if (command !== "O") throw new Error(`negotiation answered with ${command}`);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.steps = view.getUint32(8);
    return { version: view.getUint32(0), actions: view.getUint32(4), steps: this.steps };
  }

  connection({ clientAddress = "192.0.2.77" }: Envelope = {}): Step[] {
    const family = clientAddress.includes(":") ? "6" : "4";
    const data = Buffer.concat([
      strings("client.example"),
      octetsOf(family),
      Buffer.of(0x30, 0x39),
      strings(clientAddress),
    ]);
    return [
      ...this.#step("C", data, ["j", "mx.example.net", "{daemon_name}", "smtpd"]),
      ...this.#step("H", strings("client.example"), []),
    ];
  }

  message(text: string, { queueId = "4XyZ1", login, sender = "alice@example.org" }: Envelope = {}): Step[] {
    return [
      ...this.envelope({ queueId, sender, ...(login !== undefined && { login }) }),
      ...this.content(text, queueId),
    ];
  }

  envelope({ queueId = "", login, sender = "" }: Envelope): Step[] {
    const macros = login === undefined ? [] : ["{auth_type}", "PLAIN", "{auth_authen}", login];
    return [
      ...this.#step("M", strings(`<${sender}>`), macros),
      ...this.#step("R", strings("<bob@example.net>"), []),
      ...this.#step("T", new Uint8Array(0), ["i", queueId]),
    ];
  }

  content(text: string, queueId = ""): Step[] {
    const split = text.indexOf("\r\n\r\n");
    const fields = text
      .slice(0, split)
      .split(/\r\n(?![ \t])/)
      .map((field) => field.replaceAll("\r\n", "\n"));
    const steps = fields.flatMap((field) => this.#field(field, queueId));
    steps.push(...this.#step("N", new Uint8Array(0), ["i", queueId]));
    const body = octetsOf(text.slice(split + 4));
    for (let at = 0; at < body.length; at += BODY_CHUNK) {
      steps.push(...this.#step("B", body.subarray(at, at + BODY_CHUNK), ["i", queueId]));
    }
    steps.push(...this.#step("E", new Uint8Array(0), ["i", queueId]));
    return steps;
  }

  #field(field: string, queueId: string): Step[] {
    const colon = field.indexOf(":");
    const value = field.slice(colon + 1);
    const sent = (this.steps & LEADING_SPACE) !== 0 ? value : value.replace(/^ /, "");
    return this.#step("L", strings(field.slice(0, colon).trimEnd(), sent), ["i", queueId]);
  }

  /** Macros go out even for a command that the filter has declined. */
  #step(command: string, data: Uint8Array, macros: string[]): Step[] {
    const steps = [{ octets: encodePacket("D", octetsOf(command), strings(...macros)), awaits: false }];
    if (((DECLINED[command] ?? 0) & this.steps) !== 0) return steps;
    const awaits = ((NO_REPLY[command] ?? 0) & this.steps) === 0;
    return [...steps, { octets: encodePacket(command, data), awaits }];
  }
}

/** What the MTA answers to its client, and the message that it keeps. */
export interface Verdict {
  readonly reply: string;
  readonly message: string;
}

/** Applies a filter's replies as Postfix does: below its own Received field, indexes counted per name. */
export function applyReplies(text: string, replies: readonly Packet[], steps: number): Verdict {
  const split = text.indexOf("\r\n\r\n");
  const fields = text.slice(0, split).split(/\r\n(?![ \t])/);
  let reply = "";
  for (const { command, data } of replies) {
    if (command === "m" || command === "i") {
      const index = new DataView(data.buffer, data.byteOffset).getUint32(0);
      const [name = "", value = ""] = binaryString(data.subarray(4)).split("\0");
      if (command === "i") {
        const space = (steps & LEADING_SPACE) !== 0 ? "" : " ";
        fields.splice(index, 0, `${name}:${space}${value.replaceAll("\n", "\r\n")}`);
      } else {
        if (value !== "") throw new Error("a field was changed");
        const isNamed = (field: string) =>
          field.slice(0, field.indexOf(":")).trim().toLowerCase() === name.toLowerCase();
        const at = fields.map((field, i) => (isNamed(field) ? i : -1)).filter((i) => i >= 0)[index - 1];
        if (at === undefined) throw new Error(`no field ${name} ${index}`);
        fields.splice(at, 1);
      }
    } else if (command !== "p") {
      reply = command === "y" ? `y${binaryString(data)}` : command;
    }
  }
  return { reply, message: fields.join("\r\n") + text.slice(split) };
}

/** Packets out of octets that are all there. */
export function packetsOf(octets: Uint8Array): Packet[] {
  return new PacketReader().push(octets);
}
