import { Bind } from "./bind.js";
import { Dovecot } from "./dovecot.js";
import { publishKey, type PublishedKey } from "./keys.js";
import { Machine } from "./machine.js";

/** What every door stands between: the DNS with a sender's keys, and the mailboxes of home.example. */
export interface Site {
  readonly machine: Machine;
  readonly bind: Bind;
  readonly dovecot: Dovecot;
  /** The key of sender.example, a stranger. */
  readonly senderKey: PublishedKey;
}

/** The id that the readers at home.example trust. */
export const AUTHSERV_ID = "mx.home.example";

export const LOGIN = { user: "alice@home.example", password: "secret" };

export async function startSite(name: string): Promise<Site> {
  const machine = new Machine(name);
  const bind = await Bind.start(machine);
  const dovecot = await Dovecot.start(machine, { [LOGIN.user]: LOGIN.password });
  const senderKey = publishKey(machine, bind, { domain: "sender.example", selector: "s1", type: "rsa" });
  return { machine, bind, dovecot, senderKey };
}
