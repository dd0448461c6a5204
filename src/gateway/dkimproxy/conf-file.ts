/** The file format of DKIMproxy's configuration, which is that of Perl's Net::Server. */

/** One option, from the file or the command line. */
export interface Setting {
  readonly name: string;
  /** Empty if there is only the name: a switch that is on. */
  readonly value: string;
  /** Where it is, as messages name it: `line 3`, `--name`. */
  readonly place: string;
}

/** `NAME VALUE`, also `NAME = VALUE` and `--NAME VALUE`; a `#` at the start of a line or of a word begins a comment. */
const LINE = /^(?:--)?([A-Za-z_][\w-]*)(?:[ \t]*=[ \t]*|:[ \t]*|[ \t]+|$)(.*)/s;

export function parseConfFile(text: string): { readonly settings: readonly Setting[]; readonly problems: string[] } {
  const settings: Setting[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const plain = withoutComment(line).trim();
    const place = `line ${index + 1}`;
    if (plain === "") continue;
    const [, name, value] = LINE.exec(plain) ?? [];
    if (name === undefined) problems.push(`${place}: ${JSON.stringify(plain.slice(0, 80))} is no NAME VALUE`);
    else settings.push({ name: name.replaceAll("-", "_"), value: value!, place });
  }
  return { settings, problems };
}

function withoutComment(line: string): string {
  const hash = /(?:^|[ \t])#/.exec(line);
  return hash === null ? line : line.slice(0, hash.index);
}
