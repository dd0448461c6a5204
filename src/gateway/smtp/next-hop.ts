import type { Reply } from "./reply.js";

/** The server behind the proxy, one connection to it. Each method is called when the one before has answered. */
export interface NextHop {
  /** Whether it can be spoken to. */
  readonly isOpen: boolean;
  /** @throws {NextHopError} */
  greeting(): Promise<Reply>;
  /**
   * @param line with its CRLF; DATA is one, too
   * @throws {NextHopError}
   */
  command(line: Uint8Array): Promise<Reply>;
  /**
   * @param data a whole message with the end of the data
   * @throws {NextHopError}, and what `data` throws: the next hop does not get the end then
   */
  data(data: AsyncIterable<Uint8Array>): Promise<Reply>;
  /** Breaks the connection: what the next hop has not got whole is void. */
  destroy(): void;
}
