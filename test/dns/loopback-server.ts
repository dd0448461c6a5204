import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { decode, encode, RECURSION_AVAILABLE, RECURSION_DESIRED, type Answer, type Packet } from "@dnsquery/dns-packet";

/** What the server does with one question; null is silence. */
export type Behaviour = (query: Packet, transport: "udp" | "tcp") => Packet | null;

export const RCODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

export function nameOf(query: Packet): string {
  return query.questions![0]!.name;
}

/** A well-formed answer to a query. */
export function answerTo(query: Packet, answers: Answer[], flags = 0): Packet {
  return {
    type: "response",
    id: query.id,
    flags: RECURSION_DESIRED | RECURSION_AVAILABLE | flags,
    questions: query.questions,
    answers,
  };
}

export function txt(name: string, data: (string | Uint8Array)[], ttl = 60): Answer {
  return { type: "TXT", class: "IN", name, ttl, data };
}

export function cname(name: string, data: string, ttl = 60): Answer {
  return { type: "CNAME", class: "IN", name, ttl, data };
}

export interface LoopbackServer {
  /** ADDR:PORT, the same for both transports */
  readonly address: string;
  readonly queries: Packet[];
  behave: Behaviour;
  close(): Promise<void>;
}

/** A DNS server on 127.0.0.1 over UDP and TCP. */
export async function startServer(): Promise<LoopbackServer> {
  const udp = createSocket("udp4");
  const tcp = createServer();
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");

  const server: LoopbackServer = {
    address: `127.0.0.1:${port}`,
    queries: [],
    behave: () => null,
    close: async () => {
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
  const answer = (query: Packet, transport: "udp" | "tcp"): Packet | null => {
    server.queries.push(query);
    return server.behave(query, transport);
  };
  udp.on("message", (message, { port: from, address }) => {
    const reply = answer(decode(message), "udp");
    if (reply !== null) udp.send(encode(reply), from, address);
  });
  tcp.on("connection", (socket) => {
    let received = Buffer.alloc(0);
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return;
      const reply = answer(decode(received.subarray(2)), "tcp");
      if (reply !== null) socket.write(withLength(encode(reply)));
    });
    socket.on("error", () => socket.destroy());
  });
  return server;
}

/** RFC 1035 §4.2.2 */
function withLength(message: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 0xff), message]);
}
