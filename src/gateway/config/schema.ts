/** The settings of a configuration file. plugin/postfix/dkimstatus.toml explains each. */
import * as v from "valibot";
import { nodeResolver } from "../../dns/node.js";
import { domainOf, selectorOf } from "../../message/domain.js";
import { parseAddress } from "../address.js";
import { LOG_LEVELS } from "../log-level.js";
import { parseAddressPattern, PATTERN_FORMS } from "../policy/address-pattern.js";
import { parseLoginPattern } from "../policy/login-pattern.js";
import { NetworkList } from "../policy/network-list.js";
import { choice, converted, flag, integer, list, table, tables, text } from "./fields.js";

const ADDRESSES = "HOST:PORT, inet:PORT@HOST, inet:HOST:PORT, unix:/PATH, systemd:NAME";
const DOORS = ["milter", "proxy-out"] as const;
const CANONICALIZATIONS = ["relaxed", "simple"] as const;

/** RFC 5322 §2.2: a line end would break the field, and no id needs control characters. */
const authservId = converted(
  (id) => (/^[^\x00-\x1f\x7f]+$/.test(id) ? id : null),
  "an authserv-id: a host name, as a rule",
);
const listen = list(converted(parseAddress, ADDRESSES), "addresses to listen on");
const relay = converted(relayAddress, "where the next SMTP server is: HOST:PORT or unix:/PATH");
const file = text("the path of a file, from this file's folder");
/** Other kinds that OpenDKIM has: csl:, db:, mdb:, dsn:, ldap:, lua:, erlang:, memcache:, socket:. */
const dataSet = converted(
  (place) => (/^(?:(?:re)?file:)?[^:]+$/.test(place) ? place : null),
  "file:PATH or refile:PATH; tables of other kinds are not read",
);
const domain = converted(domainOf, "a domain such as example.org");
const patterns = list(converted(parseAddressPattern, PATTERN_FORMS), "authors");
const networks = v.pipe(
  list(text("an IP address or network"), "IP addresses and networks"),
  v.rawTransform<string[], string[]>(({ dataset, addIssue, NEVER }) => {
    const wrong = dataset.value.filter((entry) => !isNetwork(entry));
    if (wrong.length === 0) return dataset.value;
    addIssue({ message: "IP addresses and networks: 192.0.2.1, 2001:db8::/32, !192.0.2.9 for all but", input: wrong });
    return NEVER;
  }),
);

const GIGABYTE = 1024 ** 3;
const DAY = 86_400;
const seconds = (max: number) => v.optional(integer(1, max, "seconds"));
const socketMode = v.optional(
  converted((mode) => (/^0?[0-7]{3}$/.test(mode) ? parseInt(mode, 8) : null), 'permissions such as "0660"'),
);
const maxConnections = v.optional(integer(1, 65_535, "connections"));
const allowedPeers = v.optional(networks);

export const SCHEMA = table({
  authserv_id: v.optional(authservId),
  authserv_ids: v.optional(v.array(authservId, "a list of authserv-ids"), []),
  on_failure: v.optional(choice(["tempfail", "pass"]), "tempfail"),
  milter: v.optional(
    table({
      listen,
      socket_mode: socketMode,
      allowed_peers: allowedPeers,
      max_connections: maxConnections,
      message_timeout_seconds: seconds(DAY),
    }),
  ),
  http: v.optional(
    table({
      listen,
      socket_mode: socketMode,
      token_file: v.optional(file),
      max_connections: maxConnections,
      max_concurrent: v.optional(integer(1, 65_535, "messages")),
      deadline_seconds: seconds(DAY),
    }),
  ),
  proxy_in: v.optional(proxy()),
  proxy_out: v.optional(proxy()),
  limits: v.optional(
    table({
      message_bytes: v.optional(integer(1024, 4 * GIGABYTE, "octets")),
      signatures: v.optional(integer(1, 1000, "signatures")),
    }),
    {},
  ),
  spool: v.optional(table({ folder: v.optional(text("the path of a folder, from this file's folder")) }), {}),
  dns: v.optional(
    table({
      servers: v.optional(list(converted(dnsServer, "ADDR, ADDR:PORT or [ADDR]:PORT"), "DNS servers")),
      timeout_ms: v.optional(integer(100, 60_000, "milliseconds")),
    }),
    {},
  ),
  log: v.optional(table({ level: v.optional(choice(LOG_LEVELS), "info") }), {}),
  signing: v.optional(
    table({
      header_canonicalization: v.optional(choice(CANONICALIZATIONS)),
      body_canonicalization: v.optional(choice(CANONICALIZATIONS)),
      expires_after_seconds: v.optional(integer(1, 10 * 365 * DAY, "seconds")),
      also_sign: v.optional(list(converted(fieldName, "a header field's name"), "header field names")),
    }),
    {},
  ),
  keys: tables(
    table({
      domain,
      folder: v.optional(text("the path of a folder, from this file's folder")),
      selector: v.optional(converted(selectorOf, "a selector: letters, digits and hyphens")),
      file: v.optional(file),
      name: v.optional(text("a name for rules to call the key by")),
    }),
  ),
  key_rules: tables(table({ from: patterns, keys: list(text("the name of a key"), "names of keys") })),
  allow: tables(
    table({
      from: patterns,
      logins: v.optional(list(converted(parseLoginPattern, "LOGIN, *@DOMAIN, or * for all"), "logins")),
      networks: v.optional(networks),
      networks_file: v.optional(file),
      daemons: v.optional(list(text("a name as in {daemon_name}"), "names of the MTA's services")),
      doors: v.optional(list(choice(DOORS), "doors")),
    }),
  ),
  opendkim: v.optional(
    table({
      key_table: dataSet,
      signing_table: dataSet,
      multiple_signatures: v.optional(flag(), false),
      external_ignore_list: v.optional(file),
    }),
  ),
});

/** A configuration file's content, checked and with defaults. */
export type ConfigFile = v.InferOutput<typeof SCHEMA>;

function proxy() {
  return table({
    listen,
    relay,
    socket_mode: socketMode,
    allowed_peers: allowedPeers,
    max_connections: maxConnections,
  });
}

function relayAddress(address: string) {
  const parsed = parseAddress(address);
  return parsed.kind === "systemd" ? null : parsed;
}

function isNetwork(entry: string): boolean {
  try {
    return new NetworkList([entry]).entries.length === 1;
  } catch {
    return false;
  }
}

/** @throws {DnsConfigurationError} */
function dnsServer(server: string): string {
  nodeResolver({ servers: [server] });
  return server;
}

/** RFC 5322 §2.2 */
function fieldName(name: string): string | null {
  return /^[!-9;-~]+$/.test(name) ? name : null;
}
