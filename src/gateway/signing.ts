import type { SigningKey } from "../dkim/sign.js";
import type { AuthorFinding } from "../message/author.js";
import type { Header } from "../message/header.js";
import type { MessageContext } from "./message.js";

/** What the policy decides on: the author by the message's header, and what the door knows. */
export interface SigningRequest {
  readonly author: AuthorFinding;
  readonly context: Pick<MessageContext, "door" | "login" | "clientAddress" | "daemonName" | "envelopeSender">;
}

/** As the service asks: with the whole header, for a policy that needs more than the author. */
export interface MessageRequest extends SigningRequest {
  readonly header: Header;
}

/** The keys that sign side by side, or why none does: a code for the log and for `explain`. */
export type SigningDecision =
  { readonly keys: readonly SigningKey[]; readonly reason: null } | { readonly keys: null; readonly reason: string };

/** Who may sign as whom. */
export interface SigningPolicy {
  decide(request: MessageRequest): SigningDecision;
}

/** The policy of a gateway that only verifies. */
export const SIGN_NOTHING: SigningPolicy = { decide: () => ({ keys: null, reason: "no-keys-configured" }) };
