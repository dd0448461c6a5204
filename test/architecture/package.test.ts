import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const NAMES = [
  "ArgumentError",
  "CryptoError",
  "DnsError",
  "FormatError",
  "SigningError",
  "annotate",
  "applyEdit",
  "formatAuthenticationResults",
  "loadPublicSuffixList",
  "parseAuthenticationResults",
  "sign",
  "statusOf",
  "verify",
];

describe("the library's doors", () => {
  it("offer the same names on Node and in a browser", async () => {
    for (const door of ["index.js", "browser.js"]) {
      const names = Object.keys((await import(join(root, "dist", door))) as object).sort();
      expect(names, door).toEqual(NAMES);
    }
  });

  it("bundle for a browser without anything of Node, and in bounds", async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: `export * from "./dist/browser.js";`, resolveDir: root },
      bundle: true,
      minify: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      outdir: "unused",
      write: false,
      metafile: true,
      logLevel: "error",
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
    expect(imports.filter((path) => path.startsWith("node:"))).toEqual([]);
    const entry = outputFiles.find(({ path }) => path.endsWith("stdin.js"))!;
    const bytes = gzipSync(entry.contents).length;
    expect(bytes, "verification, signing, status and the crypto of a browser, gzip").toBeLessThan(40_000);
  });
});

describe("npm pack", () => {
  it("makes a package that works in an empty project", () => {
    const folder = mkdtempSync(join(tmpdir(), "dkimstatus-pack-"));
    try {
      const options = { cwd: folder, encoding: "utf8" as const };
      execFileSync("npm", ["pack", root, "--ignore-scripts", "--silent"], options);
      const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
      execFileSync("npm", ["install", `./${archive}`, "--silent", "--no-audit", "--no-fund"], options);
      const program = `
        import { verify, statusOf } from "dkimstatus";
        const message = new TextEncoder().encode("From: a@example.org\\r\\n\\r\\n");
        const { status } = await verify(message, { resolver: { resolveTxt: () => [] } });
        console.log(status.state, statusOf({ headers: "From: a@example.org\\r\\n" }).status.state);`;
      writeFileSync(join(folder, "try.js"), program);
      expect(execFileSync(process.execPath, ["try.js"], options).trim()).toBe("unsigned unknown");
      // A server that renders pages imports what the page does, and writes the tag.
      writeFileSync(
        join(folder, "render.js"),
        `import { LANGUAGES } from "dkimstatus/element"; console.log(LANGUAGES[0]);`,
      );
      expect(execFileSync(process.execPath, ["render.js"], options).trim()).toBe("en");
      const help = execFileSync(process.execPath, ["node_modules/.bin/dkimstatus", "--help"], options);
      expect(help).toContain("verify");
      // Where milter.md looks for what a postmaster installs.
      const units = readdirSync(join(folder, "node_modules/dkimstatus/plugin/postfix/systemd"));
      expect(units).toContain("dkimstatus-milter.service");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it("is clean for publint and for attw", () => {
    const run = (tool: string, ...args: string[]) =>
      execFileSync(process.execPath, [join(root, "node_modules", tool), ...args], { cwd: root, encoding: "utf8" });
    expect(run("publint/src/cli.js", "--strict")).toContain("All good!");
    run("@arethetypeswrong/cli/dist/index.js", "--pack", ".", "--profile", "esm-only"); // throws where it finds a problem
  }, 120_000);

  it("has a bill of materials with exactly what it needs to run, the same for the same lock file", () => {
    interface Component {
      readonly name: string;
      readonly version: string;
    }
    const text = readFileSync(join(root, "dist/sbom.cdx.json"), "utf8");
    const bill = JSON.parse(text) as { components: Component[]; dependencies: { ref: string; dependsOn: string[] }[] };
    // npm's own list of what is there without devDependencies; TypeScript is an optional peer of valibot, not needed to run.
    const list = ["ls", "--all", "--omit=dev", "--package-lock-only", "--parseable", "--long"];
    const lines = execFileSync("npm", list, { cwd: root, encoding: "utf8" }).trimEnd().split("\n").slice(1);
    const names = (values: string[]) => [...new Set(values)].sort();
    const needed = names(lines.map((line) => line.split(":")[1]!)).filter((name) => !name.startsWith("typescript@"));
    expect(names(bill.components.map(({ name, version }) => `${name}@${version}`))).toEqual(needed);
    expect(names(bill.dependencies.flatMap(({ dependsOn }) => dependsOn))).toEqual(needed);
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
    const direct = bill.dependencies.find(({ ref }) => ref.startsWith("dkimstatus@"))!.dependsOn;
    expect(direct.map((each) => each.replace(/@[^@]+$/, "")).sort()).toEqual(Object.keys(dependencies).sort());
    expect(text).not.toMatch(/serialNumber|timestamp|distribution|registry/);
  }, 60_000);

  it("names each dependency with its reason in ARCHITECTURE.md", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
    const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
    expect(Object.keys(dependencies).filter((name) => !text.includes("`" + name + "`"))).toEqual([]);
  });
});
