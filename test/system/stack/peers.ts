import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Bind } from "./bind.js";
import type { PublishedKey } from "./keys.js";
import type { Machine } from "./machine.js";

/** Another implementation of DKIM, run as a program. */
interface Peer {
  /** The results of each message's signatures, from the top down, with keys from BIND; `pass` is everybody's word. */
  verify: (messages: readonly Uint8Array[]) => string[][];
  /** The messages, each with a signature on top. */
  sign: (messages: readonly Uint8Array[], key: PublishedKey, canonicalization: string) => Buffer[];
}

export function dkimpy(machine: Machine, bind: Bind): Peer {
  // Debian's own Python has the packages; another one first in the PATH does not.
  return peer(machine, bind, "/usr/bin/python3", "dkimpy.py", ({ type }) => [`${type}-sha256`]);
}

/** Debian's knows no Ed25519. */
export function mailDkim(machine: Machine, bind: Bind): Peer {
  return peer(machine, bind, "/usr/bin/perl", "mail-dkim.pl", () => []);
}

function peer(
  machine: Machine,
  bind: Bind,
  interpreter: string,
  script: string,
  algorithm: (key: PublishedKey) => string[],
): Peer {
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const run = (...args: readonly string[]) => execFileSync(interpreter, [path, ...args], { encoding: "utf8" });
  const written = (messages: readonly Uint8Array[]) =>
    messages.map((message, index) => machine.write(`peers/${index}.eml`, message));
  return {
    verify(messages) {
      const lines = run("verify", String(bind.port), ...written(messages))
        .trimEnd()
        .split("\n");
      return lines.map((line) => JSON.parse(line) as string[]);
    },
    sign(messages, key, canonicalization) {
      const files = written(messages);
      run("sign", key.file, key.domain, key.selector, canonicalization, ...algorithm(key), ...files);
      return files.map((file) => readFileSync(`${file}.signed`));
    },
  };
}
