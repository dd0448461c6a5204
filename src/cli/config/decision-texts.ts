import type { Condition, UnsignedReason } from "../../gateway/policy/trace.js";
import { AUTHOR_TEXTS } from "../explain/status-texts.js";
import type { Text } from "../explain/text.js";

/** Why the policy does not sign. */
export const DECISION_TEXTS: Readonly<Record<UnsignedReason, Text>> = {
  ...AUTHOR_TEXTS,
  "door-only-verifies": {
    why: "This door is for incoming mail: it verifies, and signs nothing.",
    cure: "Send outgoing mail through the milter or proxy-out.",
  },
  "client-not-allowed": {
    why: "No [[allow]] rule knows who submitted the message.",
    cure: "Have senders log in, or list their login, network or service in an [[allow]] rule.",
  },
  "client-ignored": {
    why: "No [[allow]] rule knows who submitted the message, and external_ignore_list names the client.",
    cure: "If its mail is to be signed, list the client in an [[allow]] rule.",
  },
  "author-not-allowed": {
    why: "Who submitted the message is known, but may not write as {author}.",
    cure: "If this is meant to be allowed, add {author} to from of an [[allow]] rule for this sender.",
  },
  "no-key-for-author": {
    why: "There is no key for {author}.",
    cure: "Add a key of the domain, or of one above it, to [[keys]]: dkimstatus keygen makes one.",
  },
};

/** The condition of a rule that does not hold. */
export const CONDITION_TEXTS: Readonly<Record<Condition, string>> = {
  door: "it is for another door",
  login: "the login is none of its logins",
  network: "the client is in none of its networks",
  daemon: "the MTA's service is none of its daemons",
  author: "the author is not in its from",
};
