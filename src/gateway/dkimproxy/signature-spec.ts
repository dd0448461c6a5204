/** `dkim(c=relaxed,d=example.org), domainkeys`: how to sign, as an option or a map says it. */

/** One signature as it is written. */
export interface SignatureSpec {
  readonly type: "dkim" | "domainkeys";
  /** By full name; short names are resolved. */
  readonly options: ReadonlyMap<string, string>;
  /** As messages name it: `line 3`. */
  readonly place: string;
}

/** Short names of tags, and what they mean. */
const NAMES: Readonly<Record<string, string>> = {
  a: "algorithm",
  algorithm: "algorithm",
  c: "method",
  method: "method",
  d: "domain",
  domain: "domain",
  h: "headers",
  headers: "headers",
  i: "identity",
  identity: "identity",
  key: "keyfile",
  keyfile: "keyfile",
  s: "selector",
  selector: "selector",
};

/** What is wrong with a list of signatures, in words. */
export class SpecError extends Error {
  override readonly name = "SpecError";
  readonly code = "signature-invalid";
}

/**
 * @param text signatures, separated by commas
 * @param place where it is, as messages name it
 * @throws {SpecError}
 */
export function parseSignatureSpecs(text: string, place: string): SignatureSpec[] {
  return splitOutsideParentheses(text).map((spec) => parseSpec(spec, place));
}

function parseSpec(text: string, place: string): SignatureSpec {
  const [, type, inner = ""] = /^([A-Za-z]+)(?:[ \t]*\((.*)\))?$/s.exec(text) ?? [];
  if (type !== "dkim" && type !== "domainkeys") {
    throw new SpecError(`${JSON.stringify(text)} is no signature; allowed: dkim, dkim(NAME=VALUE,…), domainkeys(…)`);
  }
  const options = new Map<string, string>();
  for (const option of inner.split(",").map((part) => part.trim())) {
    if (option === "") continue;
    const [, name = "", value] = /^([A-Za-z]+)[ \t]*=[ \t]*(.*)/s.exec(option) ?? [];
    const full = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (full === undefined || value === undefined) {
      const allowed = Object.keys(NAMES).join(", ");
      throw new SpecError(`${JSON.stringify(option)} is no option of a signature; allowed: ${allowed}`);
    }
    options.set(full, value);
  }
  return { type, options, place };
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
    if (depth < 0 || depth > 1) throw new SpecError(`${JSON.stringify(text)}: parentheses do not match`);
  }
  if (depth !== 0) throw new SpecError(`${JSON.stringify(text)}: a parenthesis is not closed`);
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== "");
}
