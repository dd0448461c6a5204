import type { Roundcube } from "./roundcube.js";

/**
 * Posts to one of the plugin's actions.
 * @returns the answer's JSON
 * @throws if there is none
 */
export async function ask(
  rcmail: Roundcube,
  action: string,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const token = rcmail.env.request_token ?? "";
  const response = await fetch(rcmail.url(`plugin.dkimstatus.${action}`, {}), {
    method: "POST",
    headers: { "X-Roundcube-Request": token },
    body: new URLSearchParams({ ...parameters, _remote: "1", _token: token }),
    signal,
  });
  if (!response.ok) throw new Error(`${action}: ${response.status}`);
  return response.json();
}
