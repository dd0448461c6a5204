import { Action, decodeNegotiation, encodeNegotiation, Step } from "./commands.js";
import { ProtocolError } from "./framing.js";

const VERSION = 6;
/** Version 2 is the first that can change header fields. */
const OLDEST_VERSION = 2;

const NEEDED_ACTIONS = Action.addHeaders | Action.changeHeaders;
const WANTED_STEPS =
  Step.noHelo |
  Step.noRecipient |
  Step.noUnknown |
  Step.noData |
  Step.noReplyConnect |
  Step.noReplyHelo |
  Step.noReplyMail |
  Step.noReplyRecipient |
  Step.noReplyData |
  Step.noReplyUnknown |
  Step.noReplyHeader |
  Step.noReplyEndOfHeader |
  Step.noReplyBody |
  Step.headerLeadingSpace;

/** What MTA and filter have agreed on at the start of a connection. */
export interface Agreement {
  /** Those protocol steps that we want skipped or changed and that the MTA offers. */
  readonly steps: number;
  readonly reply: Uint8Array;
}

/**
 * @param data the MTA's offer
 * @throws {ProtocolError} if this MTA does not let us do our work
 */
export function negotiate(data: Uint8Array): Agreement {
  const offer = decodeNegotiation(data);
  if (offer.version < OLDEST_VERSION) throw new ProtocolError(`version ${offer.version} of the protocol`);
  if ((offer.actions & NEEDED_ACTIONS) !== NEEDED_ACTIONS) {
    throw new ProtocolError("an MTA that lets no filter add and change header fields");
  }
  const steps = WANTED_STEPS & offer.steps;
  const version = Math.min(offer.version, VERSION);
  return { steps, reply: encodeNegotiation({ version, actions: NEEDED_ACTIONS, steps }) };
}
