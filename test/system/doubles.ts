/** RFC 1047: a client that did not hear the 250 for its message sends it again, and two copies are there. */
export interface ExplainedDouble {
  readonly number: number;
  /** Queue ids of the copies whose 250 the proxy was killed over. */
  readonly unheard: readonly string[];
  /** Queue ids of the copies whose 250 came back to Postfix. */
  readonly heard: readonly string[];
}

/**
 * Sets each copy beside what Postfix has heard of it.
 * @param log Postfix': it says `queued as ID` where the server behind the proxy was heard to take a message
 */
export function explainDoubles(doubled: ReadonlyMap<number, readonly Buffer[]>, log: string): ExplainedDouble[] {
  const heardIds = new Set([...log.matchAll(/queued as (\w+)/g)].map(([, id]) => id!));
  return [...doubled].map(([number, copies]) => {
    const ids = copies.map(queueIdOf);
    return {
      number,
      heard: ids.filter((id) => heardIds.has(id)),
      unheard: ids.filter((id) => !heardIds.has(id)),
    };
  });
}

/** Of the last Postfix service that took the message in, the one behind the proxy. */
function queueIdOf(copy: Buffer): string {
  const header = copy
    .subarray(0, copy.indexOf("\r\n\r\n"))
    .toString("latin1")
    .replace(/\r\n(?=[ \t])/g, "");
  const id = /\(Postfix\)\s+with \w+ id (\w+)/.exec(header)?.[1];
  if (id === undefined) throw new Error(`no queue id in ${header}`);
  return id;
}
