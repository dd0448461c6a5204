import type { ListenAddress } from "../address.js";

type InetAddress = ListenAddress & { readonly kind: "inet" };

export const ADDRESS_FORMS = "HOST:PORT, [HOST]:PORT, [HOST] or HOST";

/**
 * Reads `HOST:PORT`, `[HOST]:PORT`, `[HOST]` and `HOST`; an IPv6 address needs brackets.
 * @param defaultPort for a text without one; null: it must have one
 * @returns null if it has none of these forms
 */
export function parseHostPort(text: string, defaultPort: number | null): InetAddress | null {
  const parts = /^(?:\[([^\]\s]+)\]|([^\s:[\]]+))(?::([0-9]{1,5}))?$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = parts?.[3] === undefined ? defaultPort : Number(parts[3]);
  return host === undefined || port === null || port > 65_535 ? null : { kind: "inet", host, port };
}
