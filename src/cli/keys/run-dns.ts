import type { Resolver } from "../../dkim/resolver.js";
import type { KeyFile, KeyState } from "../../gateway/keys/key-folder.js";
import { checkPublished, type PublicationFinding } from "../../gateway/keys/published.js";
import { formatRecord } from "../../gateway/keys/record-form.js";
import { revokedRecord } from "../../gateway/keys/record.js";
import { revocableAt, REVOKE_AFTER_DAYS, switchKeys } from "../../gateway/keys/rotation.js";
import type { DnsCommandFlags } from "../commands/dns.js";
import { filled } from "../explain/text.js";
import { CliError, EXIT } from "../failure.js";
import { resolverOf } from "../options/dns.js";
import { print } from "../terminal/output.js";
import { plainText } from "../terminal/plain-text.js";
import { FINDING_TEXTS } from "./finding-texts.js";
import { keysOf, type DnsKey } from "./key-sources.js";

/** The command `dns`. @returns the exit code */
export async function runDns(flags: DnsCommandFlags, now: Date): Promise<number> {
  if ((flags.switch || flags.revoke) && flags.folder === undefined) {
    throw new CliError("--switch and --revoke are about the keys of a --folder");
  }
  if (flags.switch && !flags.check) throw new CliError("--switch needs --check: only a key that is published may sign");
  const keys = await keysOf(flags);
  if (flags.check) return check(keys, flags, now);
  await (flags.revoke ? printRevocations(keys, flags, now) : printRecords(keys, flags));
  return EXIT.done;
}

async function printRecords(keys: readonly DnsKey[], { form, ttl }: DnsCommandFlags): Promise<void> {
  for (const key of keys) if (key.file.state !== "retired") await print(formatRecord(key, form, ttl));
}

/** Lines that do not belong in the zone are printed as comments of the form. */
async function printRevocations(keys: readonly DnsKey[], flags: DnsCommandFlags, now: Date): Promise<void> {
  const { form, ttl, afterDays = REVOKE_AFTER_DAYS } = flags;
  const retired = keys.filter(({ file }) => file.state === "retired");
  if (retired.length === 0) await print("; no key is retired\n");
  for (const { file, name, privateKey } of retired) {
    const due = revocableAt(file, afterDays);
    const record = revokedRecord(privateKey.type);
    await print(
      due <= now
        ? formatRecord({ name, record }, form, ttl)
        : `; ${name}: not before ${due.toISOString()}, mail that it signed may be under way\n`,
    );
  }
}

/** A key with what the DNS says of it. */
interface CheckedKey extends DnsKey {
  readonly findings: readonly PublicationFinding[];
}

async function check(keys: readonly DnsKey[], flags: DnsCommandFlags, now: Date): Promise<number> {
  const resolver = await resolverOf(flags);
  const checked = await Promise.all(keys.map((key) => withFindings(key, resolver)));
  for (const key of checked)
    await print(key.file.state === "retired" ? retiredLines(key, flags, now) : findingLines(key));
  if (flags.switch) await switchOver(checked, now);
  const inUse = checked.filter(({ file }) => file.state !== "retired");
  return inUse.every(isPublished) ? EXIT.done : EXIT.notPassing;
}

async function withFindings(key: DnsKey, resolver: Resolver): Promise<CheckedKey> {
  return { ...key, findings: await checkPublished(resolver, key.name, key.record) };
}

function isPublished({ findings }: CheckedKey): boolean {
  return findings.includes("published");
}

const STATES: Readonly<Record<KeyState, string>> = { private: "signs", next: "waits", retired: "is retired" };

function findingLines({ name, file, findings }: CheckedKey): string {
  const texts = findings.map((finding) => FINDING_TEXTS[finding]);
  const sentences = texts.flatMap(({ why, cure }) => [why, ...(cure === null ? [] : [`Cure: ${cure}`])]);
  const lines = sentences.map((sentence) => `  ${filled(sentence, { key: name })}`);
  return [titleOf(name, file, findings), ...lines].map((line) => plainText(line) + "\n").join("");
}

function titleOf(name: string, { path, state }: KeyFile, findings: readonly PublicationFinding[]): string {
  return `${name} (${path}, ${STATES[state]}): ${findings.join(", ")}`;
}

function retiredLines({ name, file, findings }: CheckedKey, { afterDays }: DnsCommandFlags, now: Date): string {
  const due = revocableAt(file, afterDays ?? REVOKE_AFTER_DAYS);
  const isGone = findings.includes("absent") || findings.includes("revoked");
  const advice = isGone
    ? "It is withdrawn; its file can be deleted."
    : due <= now
      ? "It can be withdrawn now: dkimstatus dns --revoke."
      : `It can be withdrawn from ${due.toISOString()} on.`;
  return `${plainText(titleOf(name, file, findings))}\n  ${advice}\n`;
}

async function switchOver(keys: readonly CheckedKey[], now: Date): Promise<void> {
  const waiting = keys.filter(({ file }) => file.state === "next");
  if (waiting.length === 0) await print("No key waits; `keygen --next` makes one.\n");
  const moved = await switchKeys(keys, isPublished, now);
  for (const { path, state } of moved) await print(plainText(`${path}: ${STATES[state]} from now on`) + "\n");
  if (moved.length > 0) await print("Now reload the gateway (SIGHUP), so that it signs with these.\n");
}
