import { encodeBase64Url } from "../dkim/base64.js";
import { withDeadline } from "../dkim/deadline.js";
import { DnsError, type Resolver, type TxtAnswer } from "../dkim/resolver.js";
import { DnsConfigurationError } from "./errors.js";
import { LOOKUP_TIMEOUT } from "./limits.js";
import { encodeQuestion, readAnswer } from "./wire.js";

/** RFC 8484 §6 */
const MEDIA_TYPE = "application/dns-message";
/** A DNS message's length is a 16-bit number. RFC 1035 §4.2.2, RFC 8484 §6 */
const MAX_RESPONSE_OCTETS = 65_535;
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface DohResolverOptions {
  /** `https:`, with or without the template's `{?dns}`; `http:` on loopback only */
  readonly url: string;
  /** Milliseconds for one lookup; default 5000. */
  readonly timeout?: number | undefined;
}

/**
 * The DNS port over HTTPS (RFC 8484), with `fetch`, on Node and in browsers. GET needs no CORS preflight and can be
 * cached. Redirects are not followed, and no cookies are sent.
 * @throws {DnsConfigurationError} `server-invalid`
 */
export function dohResolver({ url, timeout = LOOKUP_TIMEOUT }: DohResolverOptions): Resolver {
  const server = serverUrl(url);
  return {
    resolveTxt: (name, { signal } = {}) => withDeadline(name, timeout, signal, (ended) => ask(server, name, ended)),
  };
}

function serverUrl(text: string): URL {
  const address = text.endsWith("{?dns}") ? text.slice(0, -"{?dns}".length) : text;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.has(url.hostname))) return url;
  throw new DnsConfigurationError("server-invalid", `${text} is no https: address of a DNS server`);
}

async function ask(server: URL, name: string, signal: AbortSignal): Promise<TxtAnswer> {
  const url = new URL(server);
  url.searchParams.set("dns", encodeBase64Url(encodeQuestion(name)));
  try {
    const response = await fetch(url, {
      headers: { accept: MEDIA_TYPE },
      redirect: "error",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal,
    });
    const message = await messageOf(response);
    return readAnswer(message, name, ageOf(response));
  } catch (cause) {
    if (cause instanceof DnsError) throw cause;
    throw new DnsError("temporary", `${name}: ${server.host} did not answer`, { cause });
  }
}

async function messageOf(response: Response): Promise<Uint8Array> {
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || type.split(";")[0]!.trim().toLowerCase() !== MEDIA_TYPE || response.body === null) {
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status} ${type}`);
  }
  return await upTo(MAX_RESPONSE_OCTETS, response.body.getReader());
}

async function upTo(limit: number, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const octets = new Uint8Array(limit);
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (length + part.value.length > limit) {
      await reader.cancel();
      throw new Error(`a DNS message over ${limit} octets`);
    }
    octets.set(part.value, length);
    length += part.value.length;
  }
  return octets.subarray(0, length);
}

/**
 * Seconds that the answer spent in HTTP caches. RFC 8484 §5.1; a browser shows it only if the server exposes the
 * header.
 */
function ageOf(response: Response): number {
  const age = response.headers.get("age") ?? "";
  return /^[0-9]{1,9}$/.test(age) ? Number(age) : 0;
}
