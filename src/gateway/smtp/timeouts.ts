/** Milliseconds that each side may take, by the side that is waited for. */
export interface Timeouts {
  /** The next hop: to take the connection, to greet, to answer a command, to answer DATA. */
  readonly connect: number;
  readonly greeting: number;
  readonly command: number;
  readonly data: number;
  /** The next hop: to take a part of a message, to answer for all of it. */
  readonly block: number;
  readonly endOfData: number;
  /** The client: for a whole command, and to read an answer. */
  readonly client: number;
  /** The client: between two parts of a message, and for all of them. */
  readonly clientBlock: number;
  readonly clientMessage: number;
  /** The client, instead of `client` and `clientBlock`, while most connections are taken. */
  readonly stressed: number;
  /** We: to verify or sign. */
  readonly work: number;
  /** The client: to close a connection that is over, so that it can read why. */
  readonly linger: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** RFC 5321 §4.5.3.2: .1 to .6 are a client's timeouts (ours towards the next hop), .7 is the server's 5 minutes. */
export const TIMEOUTS: Timeouts = {
  connect: 30 * SECOND, // the system's own is over two minutes, longer than Postfix waits for a filter
  greeting: 5 * MINUTE,
  command: 5 * MINUTE,
  data: 2 * MINUTE,
  block: 3 * MINUTE,
  endOfData: 10 * MINUTE,
  client: 5 * MINUTE,
  clientBlock: 3 * MINUTE,
  clientMessage: 60 * MINUTE,
  stressed: 10 * SECOND, // as Postfix' smtpd_timeout under stress (STRESS_README)
  work: 2 * MINUTE,
  linger: 5 * SECOND,
};

/** Octets of a message that must come in a second, on average after the first `clientBlock`; Postfix has the same. */
export const MIN_OCTETS_PER_SECOND = 500;

/** @returns the timeouts while most connections are taken: a slow client holds a place that others need */
export function underStress(timeouts: Timeouts): Timeouts {
  const { client, clientBlock, stressed } = timeouts;
  return { ...timeouts, client: Math.min(client, stressed), clientBlock: Math.min(clientBlock, stressed) };
}
