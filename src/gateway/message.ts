import type { Edit, MessageSource, Verification } from "../service/types.js";

/** Where a message came in. */
export type Door = "milter" | "http" | "proxy-in" | "proxy-out";

/** What a door knows about a message besides its octets. */
export interface MessageContext {
  readonly door: Door;
  /** The queue id or the request's id, for the log. */
  readonly id: string;
  /** Who logged in to submit it; null if nobody did. */
  readonly login: string | null;
  /** The SMTP client's IP address; null if it is not known, or the message came over a local socket. */
  readonly clientAddress: string | null;
  /** The MTA's name for the service that took it in (the macro `{daemon_name}`); null if it is not known. */
  readonly daemonName: string | null;
  /** The envelope sender without angle brackets, empty for a bounce; null if it is not known. */
  readonly envelopeSender: string | null;
  /** When it arrived, if that was not just now. */
  readonly receivedAt?: Date;
  /** The door has lost interest, or its deadline has passed. */
  readonly signal?: AbortSignal;
}

/** What doors use: they know their wire protocol, but nothing about DKIM. */
export interface MessageService {
  /**
   * Signs or annotates, as the signing policy says; forged fields are removed either way.
   * @throws if it cannot be done; the door then answers with a temporary failure
   */
  edit(source: MessageSource, context: MessageContext): Promise<Edit>;
  /** As {@link MessageService.edit}, but never signs. */
  annotate(source: MessageSource, context: MessageContext): Promise<Edit>;
  verify(source: MessageSource, context: MessageContext): Promise<Verification>;
}
