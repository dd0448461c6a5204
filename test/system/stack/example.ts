import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The examples that the project gives to postmasters, but for what a test must have otherwise: ports, paths, TLS. */
function read(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../plugin/postfix/${file}`, import.meta.url)), "utf8");
}

/** An example as it is, but for words that a test must have otherwise; each must occur. */
export function exampleText(file: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((text, [word, replacement]) => {
    if (!text.includes(word)) throw new Error(`${file} has nowhere ${word}`);
    return text.replaceAll(word, replacement);
  }, read(file));
}

/** Logical lines: comments and empty lines out, lines that begin with white space joined. postconf(5), master(5) */
function logicalLines(text: string): string[] {
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  return lines.join("\n").replace(/\n\s+/g, " ").split("\n");
}

/** The settings of an example main.cf; those in `instead` replace it, and must be in it. */
export function exampleSettings(file: string, instead: Readonly<Record<string, string>>): Record<string, string> {
  const settings = Object.fromEntries(
    logicalLines(read(file)).map((line) => {
      const [, name = "", value = ""] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
  for (const name of Object.keys(instead)) {
    if (!(name in settings)) throw new Error(`${file} has no ${name}`);
  }
  return { ...settings, ...instead };
}

/**
 * The services of an example master.cf, outside a chroot.
 * @param ports where a service with a name of its own listens here; services without a port are left out, unix ones stay
 * @param replacements of whole words in their arguments; each must occur
 */
export function exampleServices(
  file: string,
  ports: Readonly<Record<string, number>>,
  replacements: Readonly<Record<string, string>>,
): string[] {
  const services = logicalLines(read(file)).map((line) => line.split(/\s+/));
  const names = services.map(([name]) => name);
  for (const name of Object.keys(ports)) if (!names.includes(name)) throw new Error(`${file} has no service ${name}`);
  const unused = new Set(Object.keys(replacements));
  const replaced = (word: string) => {
    if (!(word in replacements)) return word;
    unused.delete(word);
    return replacements[word]!;
  };
  const lines = services
    .filter(([name = "", type]) => type === "unix" || name in ports)
    .map(([name = "", type = "", isPrivate = "", unprivileged = "", , ...rest]) => {
      const place = name in ports ? `127.0.0.1:${ports[name]!}` : name;
      return [place, type, isPrivate, unprivileged, "n", ...rest.map(replaced)].join(" ");
    });
  if (unused.size > 0) throw new Error(`${file} has nowhere ${[...unused].join(", ")}`);
  return lines;
}
