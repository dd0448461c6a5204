import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sampleFiles } from "../../src/demo/make-samples.js";
import { SampleKeys } from "../../src/demo/samples/keys.js";
import type { SampleEntry } from "../../src/demo/types.js";
import { readZone } from "../../src/dns/zone.js";
import { loadPublicSuffixList, statusOf, verify, type Status } from "../../src/index.js";
import { octetsOf } from "../../src/message/octets.js";

const FOLDER = new URL("../../assets/samples/", import.meta.url).pathname;
const read = (name: string) => new Uint8Array(readFileSync(FOLDER + name));
const text = (name: string) => readFileSync(FOLDER + name, "utf8");

const entries = JSON.parse(text("index.json")) as SampleEntry[];
const resolver = readZone(text("zone.json"));
const organizationalDomain = await loadPublicSuffixList();

const warningsOf = ({ concerns }: Status) => concerns.filter(({ level }) => level === "warn").map(({ code }) => code);

describe.each(entries)("the sample $id", ({ id, receivedAt, expected }) => {
  const octets = read(`${id}.eml`);
  const when = new Date(receivedAt);

  it("gives the expected verdicts when its octets are verified", async () => {
    const { signatures } = await verify(octets, { resolver, now: when, receivedAt: when });
    expect(signatures.map(({ domain, result, reason }) => ({ domain, result, reason }))).toEqual(expected.signatures);
  });

  const { state, signer, alignment, intermediary, warnings } = expected;
  const status = { state, signer, alignment, intermediary };

  it("gives the expected status when its octets are verified", async () => {
    const verification = await verify(octets, { resolver, now: when, receivedAt: when });
    expect(verification.status).toMatchObject(status);
    expect(warningsOf(verification.status)).toEqual(warnings);
  });

  it("gives the expected status when the field of mx.example.net is believed", () => {
    const report = statusOf({ headers: octets }, { trusted: [["mx.example.net"]], organizationalDomain });
    expect(report.status).toMatchObject(status);
    expect(warningsOf(report.status)).toEqual(warnings);
  });

  it("says nothing where mx.example.net is not trusted", () => {
    const { status } = statusOf({ headers: octets }, { trusted: [], organizationalDomain });
    expect(["unknown", "malformed"]).toContain(status.state);
  });

  it("is a CRLF message", () => {
    const message = Buffer.from(octets).toString("latin1");
    expect(message.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });
});

describe("the samples", () => {
  it("are what their keys and the generator make of them, octet for octet", async () => {
    for (const [name, content] of await sampleFiles(new SampleKeys(`${FOLDER}keys`))) {
      expect(read(name), name).toEqual(typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
  });

  it("are all in the index", () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith(".eml"));
    expect(files.sort()).toEqual(entries.map(({ id }) => `${id}.eml`).sort());
  });

  it("show every state that a message can have when nothing is under way", () => {
    const states = new Set(entries.map(({ expected }) => expected.state));
    expect([...states].sort()).toEqual(["author", "invalid", "malformed", "third-party", "unknown", "unsigned"]);
  });

  it("have twins that read alike and differ in their domain only", () => {
    const [one, other] = ["twin-bank", "twin-bank-login"].map((id) => {
      const message = text(`${id}.eml`);
      const from = /^From: (.*)@(.*)>\r$/m.exec(message)!;
      return {
        name: from[1],
        domain: from[2],
        said: message.slice(message.indexOf("\r\n\r\n")),
        subject: /^Subject: .*$/m.exec(message)![0],
      };
    });
    expect({ ...one, domain: "" }).toEqual({ ...other, domain: "" });
    expect([one!.domain, other!.domain]).toEqual(["bank.example", "bank-login.example"]);
  });
});

it("a message that is changed by one octet no longer matches its signature", async () => {
  const changed = Buffer.from(read("own-domain.eml")).toString("latin1").replace("4719", "4718");
  const when = new Date("2026-11-23T16:42:00Z");
  const { status } = await verify(octetsOf(changed), { resolver, now: when, receivedAt: when });
  expect(status.state).toBe("invalid");
});
