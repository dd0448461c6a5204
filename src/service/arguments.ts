import { areStrings, ArgumentError, checkTime } from "../message/argument-error.js";
import { checkOrganizationalDomain } from "../status/alignment.js";
import type { Ports } from "./ports.js";
import type { VerificationPolicy, VerifyOptions } from "./types.js";

/** Milliseconds: with a longer delay, setTimeout fires at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Checks options, for callers without types, before the message is opened: if its reader never began, nobody would
 * close it.
 * @throws {ArgumentError}
 */
export function checkVerifyOptions(options: VerifyOptions & Ports): void {
  const { now, receivedAt, policy, signal, organizationalDomain } = options;
  if (now !== undefined) checkTime("now", now);
  if (receivedAt !== undefined) checkTime("receivedAt", receivedAt);
  if (!hasMethod(options.resolver, "resolveTxt")) {
    throw new ArgumentError("resolver-invalid", "resolver is no object with a method resolveTxt");
  }
  checkCrypto(options);
  if (policy !== undefined) checkPolicy(policy);
  if (signal !== undefined && !hasMethod(signal, "addEventListener")) {
    throw new ArgumentError("signal-invalid", "signal is no AbortSignal");
  }
  checkOrganizationalDomain(organizationalDomain);
}

/** @throws {ArgumentError} `crypto-invalid` */
export function checkCrypto({ crypto }: Pick<Ports, "crypto">): void {
  if (!hasMethod(crypto, "createSha256")) throw new ArgumentError("crypto-invalid", "crypto is no object of that type");
}

/** @throws {ArgumentError} `authserv-ids-invalid` */
export function checkAuthservIds(ids: readonly string[] = []): void {
  if (!areStrings(ids)) throw new ArgumentError("authserv-ids-invalid", "authservIds is no array of strings");
}

function checkPolicy(policy: VerificationPolicy): void {
  if (typeof policy !== "object" || (policy as unknown) === null) {
    throw new ArgumentError("policy-invalid", "policy is no object");
  }
  const { maxSignatures = 0, lookupTimeout = 0 } = policy;
  if (!Number.isInteger(maxSignatures) || maxSignatures < 0) {
    throw new ArgumentError("policy-invalid", "maxSignatures is no whole number of 0 or more");
  }
  if (!Number.isFinite(lookupTimeout) || lookupTimeout < 0 || lookupTimeout > MAX_TIMEOUT) {
    throw new ArgumentError("policy-invalid", `lookupTimeout is no number of milliseconds up to ${MAX_TIMEOUT}`);
  }
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[name] === "function";
}
