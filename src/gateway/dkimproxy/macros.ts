/** What `$NAME` stands for in a signature's domain. */
export interface MacroValues {
  /** The address in Sender, or else in From. */
  readonly sender: string;
  /** The key of the map's entry; null where no map decided. */
  readonly key: string | null;
}

const MACRO = /\$(\$|\w*)/g;
const KNOWN: ReadonlySet<string> = new Set(["$", "sender", "senderdomain", "key", "keydomain"]);

/** @returns the first macro that does not exist, or null */
export function unknownMacro(template: string): string | null {
  for (const [macro, name] of template.matchAll(MACRO)) if (!KNOWN.has(name!)) return macro;
  return null;
}

export function expand(template: string, { sender, key }: MacroValues): string {
  return template.replace(MACRO, (_, name: string) => {
    switch (name) {
      case "$":
        return "$";
      case "sender":
        return sender;
      case "senderdomain":
        return domainPart(sender);
      case "key":
        return key ?? "";
      default:
        return domainPart(key ?? "");
    }
  });
}

/** What follows the last at-sign; the whole text without one. */
export function domainPart(text: string): string {
  return text.slice(text.lastIndexOf("@") + 1);
}
