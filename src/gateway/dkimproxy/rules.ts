/** Signatures as they are configured, with their keys loaded and all that is missing filled in. */
import type { PrivateKey } from "../../dkim/crypto.js";
import type { BodyCanonicalization, HeaderCanonicalization } from "../../dkim/types.js";
import { domainOf, selectorOf } from "../../message/domain.js";
import { KeyError } from "../keys/errors.js";
import { readPrivateKey } from "../keys/private-key-file.js";
import { expand, unknownMacro } from "./macros.js";
import type { SignatureSpec } from "./signature-spec.js";

export interface Canonicalization {
  readonly header: HeaderCanonicalization;
  readonly body: BodyCanonicalization;
}

export interface SignatureRule {
  /** d=, with macros; of several, the nearest to the author signs. null: the map's key is the domain. */
  readonly domains: readonly string[] | null;
  readonly selector: string;
  readonly privateKey: PrivateKey;
  readonly canonicalization: Canonicalization;
  /** i=, with macros; null: none. */
  readonly identity: string | null;
}

/** What the configuration says once for all signatures. */
export interface Defaults {
  readonly domain: string | undefined;
  readonly selector: string | undefined;
  readonly keyfile: string | undefined;
  readonly method: string | undefined;
  readonly identity: string | undefined;
}

/** What was found while the configuration was read. */
export interface Findings {
  /** What stops the proxy. */
  readonly problems: string[];
  /** What it does differently from DKIMproxy. */
  readonly notices: string[];
}

/** A single word is for the header; the body's canonicalization is then simple. RFC 6376 §3.5, c= */
const METHODS: Readonly<Record<string, Canonicalization>> = {
  simple: { header: "simple", body: "simple" },
  relaxed: { header: "relaxed", body: "simple" },
  "simple/simple": { header: "simple", body: "simple" },
  "simple/relaxed": { header: "simple", body: "relaxed" },
  "relaxed/simple": { header: "relaxed", body: "simple" },
  "relaxed/relaxed": { header: "relaxed", body: "relaxed" },
  nowsp: { header: "relaxed", body: "relaxed" },
};

export class RuleReader {
  readonly #keys = new Map<string, Promise<PrivateKey>>();

  constructor(
    private readonly defaults: Defaults,
    private readonly findings: Findings,
  ) {}

  /** @param isMapped the domain may come from the map's key, and the `domain` option is not asked */
  async read(specs: readonly SignatureSpec[], isMapped: boolean): Promise<SignatureRule[]> {
    const rules: SignatureRule[] = [];
    for (const spec of this.#asDkim(specs)) {
      const rule = await this.#rule(spec, isMapped);
      if (rule !== null) rules.push(rule);
    }
    return rules;
  }

  /** Nobody reads a DomainKey-Signature today; its key serves DKIM as well. */
  #asDkim(specs: readonly SignatureSpec[]): SignatureSpec[] {
    const dkim = specs.filter(({ type }) => type === "dkim");
    const other = specs.find(({ type }) => type !== "dkim");
    if (other === undefined) return dkim;
    const what = dkim.length > 0 ? "it is left out" : "dkim is made in its place";
    this.findings.notices.push(`${other.place}: DomainKeys (RFC 4870) is historic: ${what}`);
    if (dkim.length > 0) return dkim;
    const kept = ["domain", "selector", "keyfile"];
    return [{ ...other, type: "dkim", options: new Map([...other.options].filter(([name]) => kept.includes(name))) }];
  }

  async #rule({ options, place }: SignatureSpec, isMapped: boolean): Promise<SignatureRule | null> {
    const { problems } = this.findings;
    const before = problems.length;
    this.#checkAlgorithm(options.get("algorithm"), place);
    if (options.has("headers")) {
      this.findings.notices.push(`${place}: headers has no effect: all header fields that matter are signed`);
    }
    const identity = options.get("identity") ?? this.defaults.identity ?? null;
    if (identity !== null) this.#checkMacros(identity, place);
    const domains = this.#domains(options.get("domain") ?? (isMapped ? undefined : this.defaults.domain), place);
    if (domains === null && !isMapped) problems.push(`${place}: domain is missing: who signs`);
    const selector = selectorOf(options.get("selector") ?? this.defaults.selector ?? "");
    if (selector === null) {
      problems.push(`${place}: selector is missing or none: the name of the key in the DNS, such as s2026`);
    }
    const canonicalization = this.#canonicalization(options.get("method") ?? this.defaults.method ?? "relaxed", place);
    const privateKey = await this.#key(options.get("keyfile") ?? this.defaults.keyfile, place);
    if (problems.length > before || selector === null || canonicalization === null || privateKey === null) return null;
    return { domains, selector, privateKey, canonicalization, identity };
  }

  #domains(text: string | undefined, place: string): string[] | null {
    if (text === undefined || text === "") return null;
    return text.split(/[\s,]+/).filter((domain) => {
      const example = { sender: "user@example.org", key: "example.org" };
      if (!this.#checkMacros(domain, place)) return true;
      if (domain !== "" && !domain.includes("$sender") && domainOf(expand(domain, example)) === null) {
        this.findings.problems.push(`${place}: ${JSON.stringify(domain)} is no domain`);
      }
      return domain !== "";
    });
  }

  #checkMacros(template: string, place: string): boolean {
    const macro = unknownMacro(template);
    if (macro === null) return true;
    const allowed = "$sender, $senderdomain, $key, $keydomain, $$";
    this.findings.problems.push(`${place}: ${macro} is no macro; allowed: ${allowed}`);
    return false;
  }

  #checkAlgorithm(algorithm: string | undefined, place: string): void {
    const { problems, notices } = this.findings;
    if (algorithm === "rsa-sha1") {
      notices.push(`${place}: rsa-sha1 must not sign (RFC 8301): rsa-sha256 is made in its place`);
    } else if (algorithm !== undefined && algorithm !== "rsa-sha256" && algorithm !== "ed25519-sha256") {
      problems.push(`${place}: ${JSON.stringify(algorithm)} is no algorithm; allowed: rsa-sha256, ed25519-sha256`);
    }
  }

  #canonicalization(method: string, place: string): Canonicalization | null {
    const found = Object.hasOwn(METHODS, method) ? METHODS[method]! : null;
    if (found === null) {
      const allowed = Object.keys(METHODS).join(", ");
      this.findings.problems.push(`${place}: ${JSON.stringify(method)} is no method; allowed: ${allowed}`);
    } else if (method === "nowsp") {
      this.findings.notices.push(`${place}: nowsp was given up before RFC 4871: relaxed/relaxed is made in its place`);
    }
    return found;
  }

  async #key(path: string | undefined, place: string): Promise<PrivateKey | null> {
    if (path === undefined || path === "") {
      this.findings.problems.push(`${place}: keyfile is missing: the private key`);
      return null;
    }
    const key = this.#keys.get(path) ?? readPrivateKey(path);
    this.#keys.set(path, key);
    try {
      return await key;
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      this.findings.problems.push(`${place}: ${error.message}`);
      return null;
    }
  }
}
