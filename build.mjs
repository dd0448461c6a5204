// The one build script: everything into dist/.
import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename, resolve } from "node:path";
import { build, transform } from "esbuild";
import { zipSync } from "fflate";
import ts from "typescript";
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

/** Those that the element does not have in its script. */
const languages = readdirSync("src/element/strings")
  .filter((file) => !["en.ts", "types.ts"].includes(file))
  .map((file) => basename(file, ".ts"));

rmSync("dist", { recursive: true, force: true });

const programs = {
  index: "src/index.ts",
  cli: "src/cli/main.ts",
  "verify-thread": "src/cli/threads/verify.ts",
  demo: "src/demo/main.ts",
  "make-samples": "src/demo/samples/main.ts",
};
await build({
  ...node,
  external: [...installed, "mailparser"], // the demo's, which is not in the package
  entryPoints: programs,
  chunkNames: "chunks/[name]-[hash]",
});
chmodSync("dist/cli.js", 0o755);

// For bundlers of others: the dependencies stay imports.
await build({
  ...browser,
  entryPoints: { browser: "src/browser.ts" },
  external: installed,
  chunkNames: "chunks/[name]-[hash]",
});

await buildElement();
await buildPlugin();
await buildDemo();

writeFileSync("dist/sbom.cdx.json", JSON.stringify(billOfMaterials(), null, 2) + "\n");

execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });

/**
 * The element, for bundlers (`element.js`, lit stays an import) and as a classic script that brings lit along. What both
 * load only when they need it are modules beside them, with a hash of their content in their names.
 */
async function buildElement() {
  const minified = { ...common, platform: "browser", minify: true, plugins: [elementAssets()] };
  const lazy = { ...minified, entryNames: "dkim-status-[name]-[hash]", metafile: true };
  const chunks = new Map();
  const buildLazy = async (entryPoints) => {
    const { metafile } = await build({ ...lazy, plugins: [chunkNames(chunks), elementAssets()], entryPoints });
    for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
      chunks.set(resolve(entryPoint), `./${basename(file)}`);
    }
  };
  await buildLazy({
    ...Object.fromEntries(languages.map((name) => [name, `src/element/strings/${name}.ts`])),
    "public-suffix-list": "src/status/public-suffix-list.ts",
    reader: "src/element/reader.ts",
    letters: "src/element/letters.ts",
  });
  await buildLazy({ verifier: "src/browser.ts" }); // it loads the Public Suffix List itself

  const plugins = [chunkNames(chunks), elementAssets()];
  await build({ ...minified, plugins, entryPoints: { element: "src/element/define.ts" }, external: installed });
  const { outputFiles } = await build({
    ...minified,
    plugins,
    entryPoints: { "dkim-status": "src/element/classic.ts" },
    write: false,
    // The classic script is a function of its own around what would be a module.
    banner: { js: '(()=>{"use strict";const dkimStatusScript=document.currentScript?.src||document.baseURI;' },
    footer: { js: "})();" },
  });
  // A script from another origin has no address of its own that import() could start from.
  const text = outputFiles[0].text.replace(/import\("(\.\/[^"]+)"\)/g, 'import(new URL("$1",dkimStatusScript).href)');
  writeFileSync("dist/dkim-status.js", text);
  writeFileSync("dist/custom-elements.json", JSON.stringify(elementManifest(), null, 2) + "\n");
}

/** The Roundcube plugin, as a folder and as an archive to unpack in `plugins/`: one script with the element inside. */
async function buildPlugin() {
  const folder = "dist/roundcube/dkimstatus";
  const isShipped = (path) => !/^plugin\/roundcube\/(?:src|phpcs\.xml|dkimstatus\.css)$/.test(path);
  cpSync("plugin/roundcube", folder, { recursive: true, filter: isShipped });
  const shared = readFileSync("plugin/roundcube/dkimstatus.css", "utf8");
  for (const skin of readdirSync("plugin/roundcube/skins")) {
    const file = `skins/${skin}/dkimstatus.css`;
    writeFileSync(`${folder}/${file}`, shared + readFileSync(`plugin/roundcube/${file}`, "utf8"));
  }
  copyFileSync("LICENSE", `${folder}/LICENSE`);
  const entryPoints = ["plugin/roundcube/src/main.ts"];
  const { outputFiles } = await build({ ...common, format: "iife", minify: true, entryPoints, write: false });
  writeFileSync(`${folder}/dkimstatus.js`, readFileSync("dist/dkim-status.js", "utf8") + outputFiles[0].text);
  const lazy = readdirSync("dist").filter((name) =>
    /^dkim-status-(?:reader|letters|public|verifier)-.+\.js$/.test(name),
  );
  for (const name of lazy) copyFileSync(`dist/${name}`, `${folder}/${name}`);
  for (const language of languages.filter((name) => name !== "pseudo")) {
    const contents = `import { strings } from "./${language}.js"; DkimStatus.addLanguage(strings);`;
    const stdin = { contents, resolveDir: "src/element/strings" };
    const outfile = `${folder}/words/${language.split("-")[0]}.js`;
    await build({ ...common, outdir: undefined, format: "iife", minify: true, stdin, outfile });
  }
  writeFileSync("dist/dkimstatus-roundcube.zip", zipSync(filesForZip(folder)));
}

/** Those below a folder, named from its parent on; what can be run stays so. */
function filesForZip(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(`${folder}/${name}`).isFile());
  return Object.fromEntries(
    files.map((name) => {
      const { mode } = statSync(`${folder}/${name}`);
      return [`${basename(folder)}/${name}`, [readFileSync(`${folder}/${name}`), { os: 3, attrs: mode << 16 }]];
    }),
  );
}

/** The demo's pages, the scripts that they load, and the samples; the server of `npm start` reads them from dist/demo/. */
async function buildDemo() {
  const pages = "src/demo/page";
  const scripts = ["mailbox.ts", "gallery.ts", "embedding.ts"];
  await build({
    ...browser,
    outdir: "dist/demo",
    entryPoints: scripts.map((name) => `${pages}/${name}`),
    chunkNames: "chunk-[name]-[hash]",
    minify: true,
    plugins: [elementAssets()],
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    ignoreAnnotations: true, // package.json names what has side effects when it is built, not as source
  });
  const files = readdirSync(pages).filter((name) => /\.(?:html|css)$|^embedding-(?:react|vue)/.test(name));
  for (const name of files) copyFileSync(`${pages}/${name}`, `dist/demo/${name}`);
  copyFileSync("assets/icons/author.svg", "dist/demo/icon.svg");
  cpSync("assets/samples", "dist/demo/samples", { recursive: true, filter: (path) => !path.endsWith("keys") });
}

/** Dynamic imports of what is built apart become imports of its file. */
function chunkNames(chunks) {
  return {
    name: "chunk-names",
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const chunk = chunks.get(resolve(resolveDir, path.replace(/\.js$/, ".ts")));
        return chunk === undefined
          ? { errors: [{ text: `${path} is loaded when needed, but not built apart` }] }
          : { path: chunk, external: true };
      });
    },
  };
}

/** SVG files become templates of lit and the style sheet one that can be constructed: nothing is parsed as HTML later. */
function elementAssets() {
  return {
    name: "element-assets",
    setup({ onLoad }) {
      const moduleOf = (contents) => ({ contents, loader: "js", resolveDir: import.meta.dirname });
      const literal = (text) => `\`${text.replace(/[\\`$]/g, "\\$&")}\``;
      onLoad({ filter: /[\\/]icons[\\/][a-z-]+\.svg$/ }, ({ path }) => {
        const icon = readFileSync(path, "utf8")
          .trim()
          .replace(/\s+(?=[</>])/g, "")
          .replace(/<svg xmlns="[^"]*"/, '<svg part="icon" aria-hidden="true"');
        return moduleOf(`import { html } from "lit"; export default html${literal(icon)};`);
      });
      onLoad({ filter: /[\\/]element[\\/]styles\.css$/ }, async ({ path }) => {
        const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
        return moduleOf(`import { css } from "lit"; export default css${literal(code.trim())};`);
      });
    },
  };
}

/**
 * What the release is made of (CycloneDX 1.5), by npm and the lock file, the same for the same lock file. `--omit dev`
 * would leave out what development needs, too; so it is the lock file that says what is only for development.
 */
function billOfMaterials() {
  const args = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx"];
  const bill = JSON.parse(execFileSync("npm", args, { encoding: "utf8" }));
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const isShipped = ({ dev, devOptional }) => dev !== true && devOptional !== true;
  const shipped = Object.entries(packages).filter(([, about]) => isShipped(about));
  const references = new Set(shipped.map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`));
  const root = `${pkg.name}@${pkg.version}`;
  const { "bom-ref": reference, type, licenses, purl } = bill.metadata.component;
  const component = { "bom-ref": reference, type, name: pkg.name, version: pkg.version, purl, licenses };
  const components = bill.components.filter((each) => references.has(each["bom-ref"]));
  const dependencies = bill.dependencies
    .filter(({ ref }) => ref === root || references.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => references.has(each)) }));
  const { $schema, bomFormat, specVersion, version } = bill;
  return { $schema, bomFormat, specVersion, version, metadata: { component }, components, dependencies };
}

/** The custom-elements manifest (schema 1.0.0), from the class and the tags of its docstring. */
function elementManifest() {
  const file = "src/element/dkim-status.ts";
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
  const element = source.statements.find((node) => ts.isClassDeclaration(node));
  const docs = (node) => ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(node)[0]?.comment) || undefined;
  const tagged = (tag) =>
    ts
      .getJSDocTags(element)
      .filter(({ tagName }) => tagName.text === tag)
      .map((node) => {
        const [, type, name, description] = /^(?:\{(.*?)\} )?(\S+) - (.*)$/s.exec(
          node
            .getText(source)
            .replace(/^@\S+\s+/, "")
            .replace(/\s*\n?\s*\*?\s*$/, ""),
        );
        return { name, description, ...(type === undefined ? {} : { type: { text: type } }) };
      });
  const isPublic = (node) =>
    node.name &&
    ts.isIdentifier(node.name) &&
    !/^(override|protected|private)/.test(node.getText(source).replace(/^static /, "")) &&
    !node.modifiers?.some(
      ({ kind }) => kind === ts.SyntaxKind.ProtectedKeyword || kind === ts.SyntaxKind.OverrideKeyword,
    );
  const members = element.members.filter(isPublic).map((node) => ({
    kind: ts.isMethodDeclaration(node) ? "method" : "field",
    name: node.name.text,
    description: docs(node),
    ...(node.type && !ts.isMethodDeclaration(node) ? { type: { text: node.type.getText(source) } } : {}),
    ...(ts.isGetAccessor(node) ? { readonly: true } : {}),
    ...(node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ? { static: true } : {}),
  }));
  const declaration = {
    kind: "class",
    name: element.name.text,
    tagName: "dkim-status",
    customElement: true,
    description: docs(element),
    superclass: { name: "LitElement", package: "lit" },
    attributes: tagged("attr"),
    members,
    events: tagged("fires"),
    cssParts: tagged("csspart"),
    cssProperties: tagged("cssprop"),
    cssStates: tagged("cssstate"),
  };
  const path = "dist/element.js";
  const exports = [{ kind: "custom-element-definition", name: "dkim-status", declaration: { name: declaration.name } }];
  return {
    schemaVersion: "1.0.0",
    modules: [{ kind: "javascript-module", path, declarations: [declaration], exports }],
  };
}
