import { readFile } from "node:fs/promises";
import { parse, TomlError, type TomlTable } from "smol-toml";
import * as v from "valibot";
import { ConfigError } from "./errors.js";
import { problemOf } from "./problems.js";
import { SCHEMA, type ConfigFile } from "./schema.js";

/**
 * Reads a configuration file and checks it, but not the files that it names.
 * @throws {ConfigError}
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  return parseConfig(await textOf(path, path), path);
}

/** As {@link readConfigFile}, for a text; errors call it `file`. */
export function parseConfig(text: string, file: string): ConfigFile {
  const result = v.safeParse(SCHEMA, parsedToml(text, file));
  if (result.success) return result.output;
  throw new ConfigError(
    file,
    result.issues.map((issue) => problemOf(issue, SCHEMA)),
  );
}

function parsedToml(text: string, file: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ""] = error.message.replace("Invalid TOML document: ", "").split("\n");
    throw new ConfigError(file, [`line ${error.line}, column ${error.column}: ${what}`]);
  }
}

/**
 * @param config the configuration file, which errors begin with
 * @throws {ConfigError}
 */
export async function textOf(path: string, config: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === "ENOENT" ? "no such file" : `cannot be read (${code ?? "unknown"})`;
    throw new ConfigError(config, [path === config ? what : `${path}: ${what}`]);
  }
}
