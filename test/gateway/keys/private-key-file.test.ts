import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPrivateKey } from "../../../src/gateway/keys/private-key-file.js";
import { descriptorsIn } from "../../support/descriptors.js";
import { makeKey } from "../../support/dkim.js";
import { TestFolder } from "../config/folder.js";

let folder: TestFolder;

beforeEach(() => {
  folder = new TestFolder();
});

afterEach(() => {
  folder.remove();
});

async function refusal(path: string): Promise<string> {
  return readPrivateKey(path).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

describe("readPrivateKey()", () => {
  it("finds the type and size from the file, PKCS #8 and PKCS #1", async () => {
    expect(await readPrivateKey(folder.writeKey("ed.pem").path)).toMatchObject({ type: "ed25519", bits: 256 });
    const { path, key } = folder.writeKey("rsa.pem", "rsa", 0o400);
    expect(await readPrivateKey(path)).toMatchObject({ type: "rsa", bits: 2048 });
    const pkcs1 = key.privateKey.export({ type: "pkcs1", format: "pem" }) as string;
    expect(await readPrivateKey(folder.write("pkcs1.pem", pkcs1))).toMatchObject({ type: "rsa", bits: 2048 });
  });

  it.each([0o640, 0o604, 0o660, 0o602, 0o610, 0o777])(
    "refuses mode %o, which lets others in, and names the cure",
    async (mode) => {
      const { path } = folder.writeKey("key.pem", "ed25519", mode);
      const octal = mode.toString(8).padStart(4, "0");
      expect(await refusal(path)).toBe(
        `${path}: others than its owner (user id ${process.getuid!()}) can read or change it (mode ${octal}); cure: chmod 600 ${path}`,
      );
    },
  );

  it("looks at the target of a link, not at the link", async () => {
    const link = join(folder.path, "link.pem");
    symlinkSync(folder.writeKey("open.pem", "ed25519", 0o644).path, link);
    expect(await refusal(link)).toMatch(/\(mode 0644\); cure: chmod 600 .*link\.pem$/);
  });

  it("refuses a file that everybody can replace, by its folder, one above, or a link's", async () => {
    const { path } = folder.writeKey("a/b/key.pem");
    chmodSync(join(folder.path, "a"), 0o777);
    expect(await refusal(path)).toMatch(
      /everybody can replace it, .*\/a is writable by all \(mode 0777\); cure: chmod o-w .*\/a$/,
    );
    chmodSync(join(folder.path, "a"), 0o1777);
    expect(await refusal(path)).toBe("");
    mkdirSync(join(folder.path, "open"));
    symlinkSync(path, join(folder.path, "open", "link.pem"));
    chmodSync(join(folder.path, "open"), 0o777);
    expect(await refusal(join(folder.path, "open", "link.pem"))).toMatch(/\/open is writable by all/);
  });

  it("refuses what is no key's file, in one line", async () => {
    expect(await refusal(join(folder.path, "none.pem"))).toMatch(
      /none\.pem: no such file; cure: dkimstatus keygen makes a key$/,
    );
    expect(await refusal(join(folder.write("file", ""), "none.pem"))).toMatch(
      /: no such file; cure: dkimstatus keygen/,
    );
    symlinkSync("circle.pem", join(folder.path, "circle.pem"));
    expect(await refusal(join(folder.path, "circle.pem"))).toMatch(/circle\.pem: cannot be opened \(ELOOP\)$/);
    expect(await refusal(folder.path)).toMatch(/: is a folder; name the private key's file$/);
    expect(await refusal("/dev/zero")).toMatch(/is no regular file/);
    expect(await refusal(folder.write("key.txt", "hello"))).toMatch(/key\.txt: no unencrypted private key in PEM/);
  });

  it("reads a key with its comments up to 64 KiB, and no file of one octet more", async () => {
    const pem = makeKey("example.org", "s").key.privateKey as string;
    const filled = (octets: number) => folder.write("filled.pem", `${"#".repeat(octets - pem.length - 1)}\n${pem}`);
    expect(await readPrivateKey(filled(65_536))).toMatchObject({ type: "ed25519" });
    expect(await refusal(filled(65_537))).toMatch(/filled\.pem: is larger than any private key \(65537 octets\)$/);
  });

  it("never repeats what is in the file", async () => {
    const pem = makeKey("example.org", "s", "rsa").key.privateKey as string;
    const broken = pem.replace(/\n[A-Za-z0-9+/=]+\n-----END/, "\n-----END");
    const message = await refusal(folder.write("broken.pem", broken));
    expect(message).toMatch(/broken\.pem: /);
    expect(message).not.toContain("\n");
    for (const line of pem.split("\n").filter((text) => text.length > 40))
      expect(message).not.toContain(line.slice(0, 20));
  });

  it("refuses an RSA key that receivers must not accept", async () => {
    const { privateKey } = makeKey("example.org", "s", "rsa", 512).key;
    expect(await refusal(folder.write("small.pem", privateKey as string))).toMatch(
      /an RSA key of 512 bits must not sign/,
    );
  });

  it("leaves no descriptor open, whether it takes the key or not", async () => {
    await readPrivateKey(folder.writeKey("key.pem").path);
    expect(await refusal(folder.writeKey("open.pem", "ed25519", 0o644).path)).not.toBe("");
    expect(descriptorsIn(folder.path)).toEqual([]);
  });

  it("writes the cure for a path with spaces so that a shell takes it", async () => {
    const { path } = folder.writeKey("my keys/it's.pem", "ed25519", 0o644);
    expect(await refusal(path)).toContain(`chmod 600 '${path.replace("'", `'\\''`)}'`);
  });
});
