/** Messages as octets, in binary strings: the shapes that canonicalization and line ends trip over. */
const FROM = "From: Alice Example <alice@sender.example>\r\n";
const REST = "To: bob@home.example\r\nDate: Tue, 24 Nov 2026 02:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\n";

/** RFC 5322 §4.5.8; dkimpy takes it for no header field at all. */
export const SPACE_BEFORE_COLON = "with a space before a colon";

export const BARE_CR = "with a bare carriage return";

export const SHAPES: Readonly<Record<string, string>> = {
  plain: `${FROM}${REST}Subject: plain\r\n\r\nHello.\r\n`,
  "without a body": `${FROM}${REST}Subject: empty\r\n\r\n`,
  "with empty lines at the end": `${FROM}${REST}Subject: trailing\r\n\r\nHello.\r\n\r\n\r\n`,
  "with folded fields and odd white space":
    `${FROM}${REST}Subject:\tfolded \r\n\t over  three\r\n  lines \r\n\r\n` +
    " leading\r\ntrailing \t\r\ninner  \t runs\r\n \r\n",
  [SPACE_BEFORE_COLON]: `${FROM}${REST}Subject : obsolete\r\n\r\nHello.\r\n`,
  "with octets above 127": `${FROM}${REST}Subject: Gr\xfc\xdfe \xc3\xa9\r\n\r\nna\xefve \xff\xfe\r\n`,
  "with dots at line starts": `${FROM}${REST}Subject: dots\r\n\r\n.\r\n..\r\n.leading\r\nend\r\n`,
  "with a repeated field": `${FROM}${REST}Comments: one\r\nSubject: twice\r\nComments: two\r\n\r\nHello.\r\n`,
  [BARE_CR]: `${FROM}${REST}Subject: cr\r\n\r\none\rtwo\r\n`,
  "with long lines": `${FROM}${REST}Subject: ${"long ".repeat(150)}end\r\n\r\n${"word ".repeat(190)}\r\n`,
};

export function octets(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/** A short message of `from`, found again by `mark` in its subject. */
export function letter({
  from = "alice@sender.example",
  mark,
  fields = "",
  body = "Hello.\r\n",
}: {
  from?: string;
  mark: string;
  /** Further fields, with their line ends; they go on top. */
  fields?: string;
  body?: string;
}): Buffer {
  const header = `From: <${from}>\r\nTo: bob@home.example\r\nDate: Tue, 24 Nov 2026 02:00:00 +0000\r\n`;
  return octets(`${fields}${header}Message-ID: <${mark}@sender.example>\r\nSubject: ${mark}\r\n\r\n${body}`);
}

/** What Postfix mends itself, before or after any filter: a bare CR becomes a space, an obsolete colon a plain one. */
const MENDED = [BARE_CR, SPACE_BEFORE_COLON];

export const POSTFIX_KEEPS: readonly string[] = Object.keys(SHAPES).filter((name) => !MENDED.includes(name));
