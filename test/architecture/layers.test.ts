import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The rooms by their row; imports go to rows below only. ARCHITECTURE.md has the same table. */
const ROWS = [
  ["message"],
  ["dkim", "authentication-results"],
  ["status"],
  ["service", "dns", "crypto"],
  ["door"],
  ["element", "gateway"],
  ["cli", "demo"],
];

/** `src/dkim/verify.ts` is in `dkim`; files right below `src/` are the library's doors. */
function roomOf(file: string): string {
  const [, room = "", rest] = file.split("/");
  return rest === undefined ? "door" : room;
}

const rowOf = (room: string) => ROWS.findIndex((rooms) => rooms.includes(room));

let inputs: Metafile["inputs"];

beforeAll(async () => {
  const files = (readdirSync(root + "src", { recursive: true }) as string[])
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => `src/${file}`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    outdir: "unused",
    packages: "external",
    jsx: "automatic",
    loader: { ".svg": "text", ".html": "text", ".css": "text" },
    // A type-only import is an import too, as far as rooms go.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: "silent",
  });
  inputs = metafile.inputs;
});

/** All imports between files of src/, type-only ones included, which a bundler drops. */
function edges(): { from: string; to: string }[] {
  return Object.keys(inputs)
    .filter((file) => file.startsWith("src/"))
    .flatMap((from) => {
      const text = readFileSync(root + from, "utf8");
      const paths = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)].map((match) => match[1]!);
      return paths.map((path) => ({ from, to: new URL(path, `file:///${from}`).pathname.slice(1) }));
    })
    .filter(({ to }) => to.startsWith("src/"));
}

describe("the rooms", () => {
  it("are those of the table", () => {
    const rooms = new Set(
      Object.keys(inputs)
        .filter((file) => file.startsWith("src/"))
        .map(roomOf),
    );
    expect([...rooms].filter((room) => rowOf(room) < 0)).toEqual([]);
  });

  it("import from rows below only, never sideways and never up", () => {
    const wrong = edges().filter(({ from, to }) => {
      const [a, b] = [roomOf(from), roomOf(to)];
      return a !== b && rowOf(b) >= rowOf(a);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("use Node only where a server runs", () => {
    const allowed = /^src\/(dns|crypto)\/.*|^src\/(gateway|cli|demo)\//;
    const wrong = Object.entries(inputs).filter(
      ([file, { imports }]) => !allowed.test(file) && imports.some(({ path }) => path.startsWith("node:")),
    );
    expect(wrong.map(([file]) => file)).toEqual([]);
    const sources = Object.keys(inputs).filter((file) => file.startsWith("src/") && !allowed.test(file));
    const withBuffer = sources.filter((file) => /(?<![\w.'"`])Buffer[.(]/.test(readFileSync(root + file, "utf8")));
    expect(withBuffer).toEqual([]);
  });

  it("keep each package behind one room", () => {
    const only = (name: string, room: RegExp) =>
      Object.entries(inputs)
        .filter(
          ([file, { imports }]) =>
            file.startsWith("src/") && !room.test(file) && imports.some(({ path }) => path === name),
        )
        .map(([file]) => file);
    expect(only("tldts", /^src\/status\/public-suffix-list\.ts$/)).toEqual([]);
    expect(only("@noble/hashes/sha2.js", /^src\/crypto\/web\.ts$/)).toEqual([]);
    expect(only("lit", /^src\/(?:element|demo)\//)).toEqual([]);
    const parsers = Object.entries(inputs).filter(([, { imports }]) =>
      imports.some(({ path }) => path === "mailparser"),
    );
    expect(parsers.length, "files that import mailparser").toBeLessThanOrEqual(1);
  });
});
