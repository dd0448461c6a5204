import { chownSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSelector, generateKey } from "../../../src/gateway/keys/generate.js";
import { readKeyFolder } from "../../../src/gateway/keys/key-folder.js";
import { readPrivateKey } from "../../../src/gateway/keys/private-key-file.js";
import { revocableAt, switchKeys, type FolderKey } from "../../../src/gateway/keys/rotation.js";
import { TestFolder } from "../config/folder.js";

let folder: TestFolder;

beforeEach(() => {
  folder = new TestFolder();
});

afterEach(() => {
  folder.remove();
});

async function keys(): Promise<FolderKey[]> {
  const files = await readKeyFolder(folder.path);
  return Promise.all(files.map(async (file) => ({ file, privateKey: await readPrivateKey(file.path) })));
}

const NOW = new Date("2026-11-24T12:00:00Z");

describe("generateKey()", () => {
  it.each(["rsa", "ed25519"] as const)("makes a key of type %s that its owner alone can read", async (type) => {
    const { path } = await generateKey({ folder: join(folder.path, "new"), selector: "S1", type, state: "private" });
    expect(path).toBe(join(folder.path, "new", "s1.private"));
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(statSync(join(folder.path, "new")).mode & 0o7777).toBe(0o700);
    expect(await readPrivateKey(path)).toMatchObject({ type, bits: type === "rsa" ? 2048 : 256 });
  });

  it("never overwrites", async () => {
    const path = folder.write("s1.private", "precious");
    const again = generateKey({ folder: folder.path, selector: "s1", type: "ed25519", state: "private" });
    await expect(again).rejects.toThrow(`${path}: exists already, and is not overwritten`);
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it.runIf(process.getuid!() === 0)("as root, makes it for the owner of the folder", async () => {
    chownSync(folder.path, 12_345, 12_346);
    const { path } = await generateKey({ folder: folder.path, selector: "s1", type: "ed25519", state: "next" });
    expect(statSync(path)).toMatchObject({ uid: 12_345, gid: 12_346 });
  });

  it.each(["../evil", "a b", "", ".", "a/b"])("refuses the selector %j", async (selector) => {
    const made = generateKey({ folder: folder.path, selector, type: "ed25519", state: "private" });
    await expect(made).rejects.toMatchObject({ code: "selector-invalid" });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("calls keys by type and date", () => {
    expect(defaultSelector("rsa", NOW, new Set())).toBe("rsa20261124");
    expect(defaultSelector("rsa", NOW, new Set(["rsa20261124", "rsa20261124-2"]))).toBe("rsa20261124-3");
    expect(defaultSelector("ed25519", new Date("2026-01-02T23:59:59Z"), new Set())).toBe("ed20260102");
  });
});

describe("readKeyFolder()", () => {
  it("tells states by the ends of names, and leaves other files alone", async () => {
    for (const name of ["b.next", "a.private", "c.retired", "a.txt", ".private", "private"]) folder.write(name, "");
    const files = await readKeyFolder(folder.path);
    expect(files.map(({ selector, state }) => `${selector} ${state}`)).toEqual(["a private", "b next", "c retired"]);
  });

  it("says which file has a name that is no selector", async () => {
    const path = folder.write("my key.private", "");
    await expect(readKeyFolder(folder.path)).rejects.toThrow(`${path}: a key's file is called SELECTOR.private`);
  });
});

describe("switchKeys()", () => {
  beforeEach(() => {
    folder.writeKey("rsa1.private", "rsa");
    folder.writeKey("ed1.private");
    folder.writeKey("rsa2.next", "rsa");
    folder.writeKey("ed2.next");
    folder.writeKey("ed0.retired");
  });

  it("lets what is published sign instead of the key of its kind, from now on, and nothing else", async () => {
    const moved = await switchKeys(await keys(), ({ file }) => file.selector === "rsa2", NOW);
    expect(readdirSync(folder.path)).toEqual([
      "ed0.retired",
      "ed1.private",
      "ed2.next",
      "rsa1.retired",
      "rsa2.private",
    ]);
    expect(moved.map(({ path, state }) => [path.slice(folder.path.length + 1), state])).toEqual([
      ["rsa2.private", "private"],
      ["rsa1.retired", "retired"],
    ]);
    const retired = (await readKeyFolder(folder.path)).find(({ selector }) => selector === "rsa1")!;
    expect(retired.modifiedAt).toEqual(NOW);
    expect(revocableAt(retired, 7)).toEqual(new Date("2026-12-01T12:00:00Z"));
  });

  it("changes nothing while nothing new is published", async () => {
    const before = readdirSync(folder.path);
    expect(await switchKeys(await keys(), () => false, NOW)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
