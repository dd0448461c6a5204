import type { Bind } from "./bind.js";
import type { PublishedKey } from "./keys.js";
import type { Machine } from "./machine.js";

/** A real OpenDKIM as a milter that verifies, and writes its own Authentication-Results. */
export async function startOpenDkimVerifier(machine: Machine, bind: Bind, authservId: string): Promise<number> {
  const nobody = machine.write("opendkim/nobody", "192.0.2.255\n");
  return start(machine, "verifier", [
    "Mode v",
    `AuthservID ${authservId}`,
    `InternalHosts file:${nobody}`,
    `ExternalIgnoreList file:${nobody}`,
    "AlwaysAddARHeader yes",
    `Nameservers 127.0.0.1@${bind.port}`,
  ]);
}

/** A real OpenDKIM as a milter that signs all mail of the key's domain. */
export async function startOpenDkimSigner(
  machine: Machine,
  key: PublishedKey,
  canonicalization: string,
): Promise<number> {
  const name = `signer-${key.type}-${canonicalization.replace("/", "-")}`;
  const table = machine.write(`opendkim/${name}.keys`, `key ${key.domain}:${key.selector}:${key.file}\n`);
  const senders = machine.write(`opendkim/${name}.senders`, `*@${key.domain} key\n`);
  return start(machine, name, [
    "Mode s",
    `InternalHosts file:${machine.write("opendkim/loopback", "127.0.0.1\n")}`,
    `KeyTable file:${table}`,
    `SigningTable refile:${senders}`,
    `Canonicalization ${canonicalization}`,
    `SignatureAlgorithm ${key.type}-sha256`,
    "RequireSafeKeys no",
  ]);
}

/** Ended without a goodbye: on SIGTERM it takes five seconds. */
async function start(machine: Machine, name: string, settings: readonly string[]): Promise<number> {
  const port = await machine.port();
  const common = [`Socket inet:${port}@127.0.0.1`, "Syslog no", "Background no"];
  const file = machine.write(`opendkim/${name}.conf`, [...common, ...settings, ""].join("\n"));
  await machine.start(`opendkim/${name}`, "opendkim", ["-f", "-x", file], { stopSignal: "SIGKILL" }).listening(port);
  return port;
}
