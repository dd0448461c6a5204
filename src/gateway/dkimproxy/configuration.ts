/** dkimproxy_in.conf and dkimproxy_out.conf, read as they are, and what came of them. */
import { hostname } from "node:os";
import type { ListenAddress } from "../address.js";
import { ConfigError } from "../config/errors.js";
import { nearest } from "../config/nearest.js";
import { textOf } from "../config/read-file.js";
import type { Relay } from "../smtp/next-hop-connection.js";
import { ADDRESS_FORMS, parseHostPort } from "./address.js";
import { parseConfFile, type Setting } from "./conf-file.js";
import { CATCH_ALL, parseMap, type MapEntry } from "./lookup-map.js";
import { OPTIONS, REPEATABLE, type Program } from "./options.js";
import { DkimproxyPolicy, type RuleEntry } from "./policy.js";
import { RuleReader, type Findings } from "./rules.js";
import { parseSignatureSpecs, SpecError, type SignatureSpec } from "./signature-spec.js";

/** What the two files have in common. */
export interface DkimproxyConfig {
  readonly listen: ListenAddress;
  readonly relay: Relay;
  /** reject_error: mail that cannot be processed is deferred rather than passed on. */
  readonly whenUnable: "tempfail" | "accept";
  /** What is done differently from DKIMproxy, and what has no effect; to be logged once, at the start. */
  readonly notices: readonly string[];
}

export interface DkimproxyInConfig extends DkimproxyConfig {
  readonly authservId: string;
}

export interface DkimproxyOutConfig extends DkimproxyConfig {
  readonly policy: DkimproxyPolicy;
}

/**
 * @param file the configuration file
 * @param overrides options given elsewhere, which take precedence over the file
 * @throws {ConfigError} with all that is wrong
 */
export async function loadDkimproxyIn(file: string, overrides: readonly Setting[]): Promise<DkimproxyInConfig> {
  const options = await Options.read("in", file, overrides);
  const common = commonOf(options);
  const authservId = options.value("hostname") ?? hostname();
  options.notices.push(
    `Authentication-Results fields that claim to be from ${authservId} are taken out: DKIMproxy left forged ones in place`,
    "mail without a signature is marked dkim=none: DKIMproxy wrote a field without any result",
  );
  return options.finish(common, { authservId });
}

/** As {@link loadDkimproxyIn}; also reads the maps and the keys. */
export async function loadDkimproxyOut(file: string, overrides: readonly Setting[]): Promise<DkimproxyOutConfig> {
  const options = await Options.read("out", file, overrides);
  const common = commonOf(options);
  const rules = new RuleReader(
    {
      domain: options.value("domain"),
      selector: options.value("selector"),
      keyfile: options.value("keyfile"),
      method: options.value("dkim_method") ?? options.value("method"),
      identity: options.value("identity"),
    },
    options,
  );
  const listIds = await readMap("listid_map", options, rules);
  const senders = await readMap("sender_map", options, rules);
  const specs = defaultSpecs(options);
  const defaults = await rules.read(specs, false);
  sayWhoIsSigned(specs, options);
  return options.finish(common, { policy: new DkimproxyPolicy({ listIds, senders, defaults }) });
}

/** All options of a program, by name, and what was found in them. */
class Options implements Findings {
  readonly notices: string[] = [];

  private constructor(
    private readonly file: string,
    private readonly settings: ReadonlyMap<string, readonly Setting[]>,
    readonly problems: string[],
  ) {}

  static async read(program: Program, file: string, overrides: readonly Setting[]): Promise<Options> {
    const { settings, problems } = parseConfFile(await textOf(file, file));
    const byName = new Map<string, Setting[]>();
    const notices: string[] = [];
    for (const setting of [...settings, ...overrides]) {
      const entry = OPTIONS.get(setting.name);
      const { place, name } = setting;
      if (entry === undefined || !entry.programs.includes(program)) notices.push(`${place}: ${unknown(name, program)}`);
      else if (entry.noEffect !== undefined) notices.push(`${place}: ${name} ${entry.noEffect}`);
      else byName.set(name, [...(REPEATABLE.has(name) ? (byName.get(name) ?? []) : []), setting]);
    }
    const options = new Options(file, byName, problems);
    options.notices.push(...notices);
    return options;
  }

  all(name: string): readonly Setting[] {
    return this.settings.get(name) ?? [];
  }

  value(name: string): string | undefined {
    return this.all(name).at(-1)?.value;
  }

  place(name: string): string | undefined {
    return this.all(name).at(-1)?.place;
  }

  /** A switch is on if its name has no value, or any but an explicit no. */
  isOn(name: string): boolean {
    const value = this.value(name);
    return value !== undefined && !/^(?:0|no|off|false)$/i.test(value);
  }

  /** @throws {ConfigError} if anything is wrong */
  finish<C, T>(common: C | null, own: T): C & T & Pick<DkimproxyConfig, "notices"> {
    if (this.problems.length > 0 || common === null) throw new ConfigError(this.file, this.problems);
    return { ...common, ...own, notices: this.notices };
  }
}

function unknown(name: string, program: Program): string {
  const known = [...OPTIONS].flatMap(([known, { programs, noEffect }]) =>
    programs.includes(program) && noEffect === undefined ? [known] : [],
  );
  const guess = nearest(name, known);
  return `${name} is no option of dkimproxy.${program} and has no effect${guess === null ? "" : `; did you mean ${guess}?`}`;
}

function commonOf(options: Options): Omit<DkimproxyConfig, "notices"> | null {
  const { problems } = options;
  const relayText = options.value("relay") ?? relayOfParts(options);
  const listen = parseHostPort(options.value("listen") ?? "", null);
  const relay = parseHostPort(relayText, 25);
  const told = (name: string) => `${options.place(name) ?? name}: ${name} ${JSON.stringify(options.value(name) ?? "")}`;
  if (listen === null) problems.push(`${told("listen")}: where to listen; allowed: HOST:PORT, [HOST]:PORT`);
  if (relay === null) problems.push(`${told("relay")}: the next SMTP server; allowed: ${ADDRESS_FORMS}`);
  if (listen === null || relay === null) return null;
  return { listen, relay, whenUnable: options.isOn("reject_error") ? "tempfail" : "accept" };
}

function relayOfParts(options: Options): string {
  const [host = "", port] = [options.value("relay_host"), options.value("relay_port")];
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return port === undefined ? bracketed : `${bracketed}:${port}`;
}

async function readMap(name: string, options: Options, rules: RuleReader): Promise<Map<string, RuleEntry>> {
  const path = options.value(name);
  const read = new Map<string, RuleEntry>();
  if (path === undefined) return read;
  const text = await textOf(path, path).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    options.problems.push(`${options.place(name) ?? name}: ${error.message}`);
    return "";
  });
  const { entries, problems, notices } = parseMap(text, path);
  options.problems.push(...problems);
  options.notices.push(...notices);
  for (const [key, entry] of entries) {
    checkDomain(entry, options);
    read.set(key, { ...entry, rules: await rules.read(entry.specs, true) });
  }
  return read;
}

/** The key `.` is not a domain to sign for. */
function checkDomain({ key, specs, place }: MapEntry, { problems }: Findings): void {
  if (key !== CATCH_ALL || specs.every(({ options }) => options.has("domain"))) return;
  problems.push(`${place}: who signs for all others must be said: d=DOMAIN or d=$senderdomain`);
}

/** Without any option about signatures and without maps: one DKIM signature. */
function defaultSpecs(options: Options): SignatureSpec[] {
  const said = options.all("signature");
  if (said.length === 0) {
    const hasMap = options.value("sender_map") !== undefined || options.value("listid_map") !== undefined;
    return hasMap ? [] : [{ type: "dkim", options: new Map(), place: "signature" }];
  }
  return said.flatMap(({ value, place }) => {
    try {
      return parseSignatureSpecs(value, place);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      options.problems.push(`${place}: ${error.message}`);
      return [];
    }
  });
}

function sayWhoIsSigned(specs: readonly SignatureSpec[], options: Options): void {
  const domain = options.value("domain");
  if (specs.length === 0 || domain === undefined) return;
  const isSingle = !domain.includes(",");
  options.notices.push(
    isSingle
      ? `${options.place("domain")!}: signs for authors at ${domain} or below: DKIMproxy signed everybody's mail with it`
      : `${options.place("domain")!}: signs for authors at these domains or below, by From: DKIMproxy asked Sender first`,
  );
}
