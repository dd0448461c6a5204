import { execFileSync } from "node:child_process";
import { octets } from "./messages.js";
import type { Machine } from "./stack/machine.js";
import { AUTHSERV_ID, LOGIN } from "./stack/site.js";

export interface Letter {
  readonly subject: string;
  /** The value of the From field; null: there is none. */
  readonly from?: string | null;
  /** What the own server wrote after its id; null: nothing. */
  readonly results?: string | null;
  /** Fields on top of the rest, with their line ends. */
  readonly fields?: string;
  readonly html?: string;
  /** The value of Content-Type; without it that of text, or of HTML. */
  readonly type?: string;
  readonly body?: string;
}

/** A message as it lies in a mailbox: the delivery's fields on top, then the own server's, then the sender's. */
export function stored({ subject, from, results, fields, html, type, body }: Letter): Buffer {
  const own = results === null ? "" : `Authentication-Results: ${AUTHSERV_ID}; ${results ?? "dkim=none"}\r\n`;
  const author = from === null ? "" : `From: ${from ?? "Alice Example <alice@sender.example>"}\r\n`;
  const ofBody = type ?? `${html === undefined ? "text/plain" : "text/html"}; charset=utf-8`;
  return octets(
    `Return-Path: <x@sender.example>\r\nReceived: from mx by home.example with LMTP id 1; ${DATE}\r\n${own}` +
      `Received: from sender.example by mx.home.example with ESMTP id 2; ${DATE}\r\n${fields ?? ""}` +
      `${author}To: ${LOGIN.user}\r\nDate: ${DATE}\r\n` +
      `Message-ID: <${subject.replace(/\W/g, "-")}@sender.example>\r\nSubject: ${subject}\r\n` +
      `MIME-Version: 1.0\r\nContent-Type: ${ofBody}\r\n\r\n${html ?? body ?? "Hello.\r\n"}`,
  );
}

const DATE = "Tue, 24 Nov 2026 02:00:00 +0000";

let count = 0;

/** Puts messages into a folder of the reader's, as new mail. */
export function store(machine: Machine, messages: readonly Buffer[], folder = "", user: string = LOGIN.user): void {
  const maildir = `mail/${user}/Maildir/${folder === "" ? "" : `.${folder}/`}`;
  for (const part of ["cur", "tmp", "new"]) machine.mkdir(maildir + part);
  for (const message of messages) machine.write(`${maildir}new/${1_700_000_000 + ++count}.${count}.test`, message);
  execFileSync("chown", ["-R", "mail:mail", machine.path(`mail/${user}`)]);
}
