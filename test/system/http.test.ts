import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotates, smtpDoor, type Door } from "./annotation.js";
import { arrived } from "./arrived.js";
import { largeBody, MEMORY_BOUND, mixedMail, PASS } from "./faults.js";
import { letter, octets } from "./messages.js";
import { Gateway } from "./stack/gateway.js";
import { Postfix } from "./stack/postfix.js";
import { peakOctets } from "./stack/process.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";
import { smallDisk } from "./stack/small-disk.js";

const HEADERS = { "content-type": "message/rfc822" };

let site: Site;
let plain: Door;
/** One whose spool is soon full, and one with the disk of the machine. */
let hook: string;
let roomy: { readonly gateway: Gateway; readonly url: string };
let spool: string;

beforeAll(async () => {
  site = await startSite("http");
  const { machine, bind, dovecot } = site;
  spool = smallDisk(machine, "spool", 2);
  const serve = async (folder: string) => {
    const hookPort = await machine.port();
    const args = ["serve", "--listen", `127.0.0.1:${hookPort}`, "--authserv-id", AUTHSERV_ID, "--spool", folder];
    const gateway = await Gateway.start(machine, hookPort, [...args, "--dns-server", bind.server]);
    return { gateway, url: `http://127.0.0.1:${hookPort}` };
  };
  hook = (await serve(spool)).url;
  roomy = await serve(machine.mkdir("roomy"));
  const port = await machine.port();
  const services = [`127.0.0.1:${port} inet n - n - - smtpd`];
  const postfix = await Postfix.start(machine, { services, ports: [port], lmtpPort: dovecot.lmtpPort });
  plain = smtpDoor(site, port, () => postfix.log());
});

afterAll(() => site.machine.stop());

function annotate(message: Uint8Array): Promise<Response> {
  return post(`${hook}/annotate`, message);
}

function post(url: string, message: Uint8Array): Promise<Response> {
  return fetch(url, { method: "POST", headers: HEADERS, body: Buffer.from(message) });
}

/** As a server does that finds a message without our field in a mailbox. */
async function deliver(message: Uint8Array, from?: string): Promise<Buffer> {
  const response = await annotate(await plain.deliver(message, from));
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

describe("through the HTTP hook", () => {
  annotates(() => ({ site, deliver }));

  it("a message that is spooled comes back whole, and leaves no file behind", async () => {
    const message = letter({ mark: "spooled", body: "0123456789abcdef\r\n".repeat(40_000) });
    const answer = Buffer.from(await (await annotate(message)).arrayBuffer());
    expect(arrived(answer, message).results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
    expect(readdirSync(spool)).toEqual([]);
  });

  it("a message that the spool's disk has no room for is refused for now, and the next one is annotated", async () => {
    const large = letter({ mark: "large", body: "0123456789abcdef\r\n".repeat(200_000) });
    const refused = await annotate(large);
    expect(refused.status).toBeGreaterThanOrEqual(500);
    await refused.arrayBuffer();
    expect(readdirSync(spool)).toEqual([]);
    const next = letter({ mark: "next" });
    const answer = Buffer.from(await (await annotate(next)).arrayBuffer());
    expect(arrived(answer, next).results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
  });

  it("a message of 60 MB is verified and comes back whole, with its field, in bounded memory", async () => {
    const [large] = await mixedMail(site, 1, { body: largeBody() });
    const { message } = large!;
    const verified = (await (await post(`${roomy.url}/verify`, message)).json()) as { status: { state: string } };
    expect(verified.status.state).toBe("author");
    const answer = Buffer.from(await (await post(`${roomy.url}/annotate`, message)).arrayBuffer());
    expect(arrived(answer, message).results).toEqual([expect.stringMatching(PASS)]);
    expect(peakOctets(roomy.gateway.pid)).toBeLessThan(MEMORY_BOUND);
  });

  it("a client that sends half a message gets no answer, and the next one does", async () => {
    const controller = new AbortController();
    const half = new ReadableStream<Uint8Array>({
      start(stream) {
        stream.enqueue(octets("From: a@sender.example\r\nSubject: half\r\n\r\nhal"));
        setTimeout(() => {
          controller.abort();
        }, 100);
      },
    });
    const init = { method: "POST", headers: HEADERS, body: half, duplex: "half", signal: controller.signal };
    await expect(fetch(`${hook}/annotate`, init)).rejects.toThrow();
    expect((await annotate(letter({ mark: "after-half" }))).status).toBe(200);
  });
});
