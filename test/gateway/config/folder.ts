import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeKey, type TestKey } from "../../support/dkim.js";

/** A folder of real files with real modes. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), "dkimstatus-gateway-"));

  write(name: string, content: string, mode = 0o600): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  /** A new private key, as a file. */
  writeKey(name: string, type: "rsa" | "ed25519" = "ed25519", mode = 0o600): { path: string; key: TestKey } {
    const key = makeKey("example.org", "s", type);
    return { path: this.write(name, key.key.privateKey as string, mode), key };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
