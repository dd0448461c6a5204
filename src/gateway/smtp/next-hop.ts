import type { Reply } from "./reply.js";

/** One connection to the server behind the proxy. Each method is called only when the previous one has answered. */
export interface NextHop {
  /** Whether it can be used. */
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
   * @throws {NextHopError}, and what `data` throws: the next hop then does not get the end
   */
  data(data: AsyncIterable<Uint8Array>): Promise<Reply>;
  /** Breaks the connection: the next hop then drops a message that it has not got whole. */
  destroy(): void;
}
