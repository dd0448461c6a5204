import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MEMORY_OCTETS, Spool } from "../../src/gateway/spool.js";
import { descriptorsIn } from "../support/descriptors.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dkimstatus-spool-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function octetsOf(spool: Spool): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of spool.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

const numbered = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => (from + i) % 251);

describe("a spool", () => {
  it.each([0, 1, MEMORY_OCTETS, MEMORY_OCTETS + 1, 5 * MEMORY_OCTETS])(
    "gives %i octets back, as often as asked",
    async (length) => {
      const spool = new Spool({ folder, maxOctets: 10 * MEMORY_OCTETS });
      const octets = numbered(length);
      for (let at = 0; at < length; at += 10_000) await spool.write(octets.slice(at, at + 10_000));
      expect(spool.length).toBe(length);
      for (let time = 0; time < 2; time++) expect((await octetsOf(spool)).equals(octets)).toBe(true);
      await spool.dispose();
    },
  );

  it("uses no file up to its threshold, and above it one without a name that nobody else can read", async () => {
    const spool = new Spool({ folder, maxOctets: 10 * MEMORY_OCTETS });
    await spool.write(numbered(MEMORY_OCTETS));
    expect(descriptorsIn(folder)).toEqual([]);
    await spool.write(numbered(1));
    const [fd, ...others] = descriptorsIn(folder);
    expect(others).toEqual([]);
    expect(statSync(`/proc/self/fd/${fd!}`)).toMatchObject({ nlink: 0, mode: 0o100600 });
    expect(readdirSync(folder)).toEqual([]);
    await spool.dispose();
    expect(descriptorsIn(folder)).toEqual([]);
  });

  it("puts together what comes octet by octet", async () => {
    const spool = new Spool({ folder, maxOctets: 10 * MEMORY_OCTETS });
    const octets = numbered(MEMORY_OCTETS + 10);
    for (const octet of octets) await spool.write(Uint8Array.of(octet));
    const pieces: number[] = [];
    for await (const piece of spool.read()) pieces.push(piece.length);
    expect(pieces.length).toBeLessThan(10);
    expect((await octetsOf(spool)).equals(octets)).toBe(true);
    await spool.dispose();
  });

  it("takes just its largest size", async () => {
    const spool = new Spool({ folder, maxOctets: 100 });
    await spool.write(numbered(100));
    await expect(spool.write(numbered(1))).rejects.toMatchObject({ code: "message-too-large" });
  });

  it("says where it cannot write", async () => {
    const spool = new Spool({ folder: join(folder, "missing"), maxOctets: 10 * MEMORY_OCTETS });
    await expect(spool.write(numbered(MEMORY_OCTETS + 1))).rejects.toMatchObject({ code: "spool-failed" });
  });
});
