import { InvalidArgumentError, type Command } from "commander";
import type { TrustOptions } from "../../authentication-results/trust.js";

export interface TrustFlags {
  readonly trusted?: string[];
  readonly trustWithoutId?: true;
  readonly maxReceivedAbove?: number;
  readonly legacyFields?: true;
}

export function addTrustOptions(command: Command): Command {
  return command
    .option("--trusted <id>", "believe fields with this authserv-id (repeatable; one operator's ids)", collected)
    .option("--trust-without-id", "also believe the topmost field if it has no id (Microsoft 365)")
    .option("--max-received-above <n>", "believe no field with more Received fields above it", countOf)
    .option("--legacy-fields", "also read X-DKIM-Authentication-Results, X-Spam-Status and domainkeys= results");
}

export function trustOf({ trusted = [], trustWithoutId, maxReceivedAbove, legacyFields }: TrustFlags): TrustOptions {
  return {
    trusted: trusted.length === 0 ? [] : [trusted],
    trustWithoutId,
    maxReceivedAbove,
    legacyFields,
  };
}

function collected(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

function countOf(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError("Not a whole number of 0 or more.");
  return Number(text);
}
