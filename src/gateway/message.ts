import type { Edit, MessageSource, Verification } from "../service/types.js";

/** Where a message came in. */
export type Door = "milter" | "http" | "proxy-in" | "proxy-out";

/** What a door knows of a message beside its octets. */
export interface MessageContext {
  readonly door: Door;
  /** The queue id or the request's id, for the log. */
  readonly id: string;
  /** Who logged in to submit it; null where nobody did. */
  readonly login: string | null;
  /** The SMTP client's IP address; null where it is not known, or came over a local socket. */
  readonly clientAddress: string | null;
  /** The MTA's name for the service that took it in (the macro `{daemon_name}`); null where it is not known. */
  readonly daemonName: string | null;
  /** The envelope sender without angle brackets, empty for a bounce; null where it is not known. */
  readonly envelopeSender: string | null;
  /** When it arrived, where that was not just now. */
  readonly receivedAt?: Date;
  /** The door has lost interest, or its deadline has passed. */
  readonly signal?: AbortSignal;
}

/** All that a door can ask for. Doors know their wire protocol, and nothing about DKIM. */
export interface MessageService {
  /**
   * Signs or annotates, as the signing policy says; forged fields are taken out either way.
   * @throws where it cannot be done; the door answers with a temporary failure
   */
  edit(source: MessageSource, context: MessageContext): Promise<Edit>;
  /** As {@link MessageService.edit}, but never signs. */
  annotate(source: MessageSource, context: MessageContext): Promise<Edit>;
  verify(source: MessageSource, context: MessageContext): Promise<Verification>;
}
