// The one build script: everything into dist/.
import { chmodSync, existsSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import pkg from "./package.json" with { type: "json" };

const common = {
  bundle: true,
  format: "esm",
  target: "es2022",
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
  outdir: "dist",
};

/** Node resolves the bare name `punycode` to a module of its own, so that one travels inside. */
const installed = Object.keys(pkg.dependencies).filter((name) => name !== "punycode");

const node = { ...common, platform: "node", target: "node20.19", splitting: true, external: installed };
const browser = { ...common, platform: "browser", splitting: true };

rmSync("dist", { recursive: true, force: true });

const programs = { index: "src/index.ts", cli: "src/cli/main.ts", demo: "src/demo/main.ts" };
await build({
  ...node,
  entryPoints: Object.fromEntries(Object.entries(programs).filter(([, file]) => existsSync(file))),
  chunkNames: "chunks/[name]-[hash]",
});
if (existsSync("dist/cli.js")) chmodSync("dist/cli.js", 0o755);

// For bundlers of others: the dependencies stay imports.
await build({
  ...browser,
  entryPoints: { browser: "src/browser.ts" },
  external: installed,
  chunkNames: "chunks/[name]-[hash]",
});

execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
