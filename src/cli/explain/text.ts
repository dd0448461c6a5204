/** What a code means, in sentences for a postmaster, and how to fix it. */
export interface Text {
  readonly why: string;
  /** null if nothing is wrong, or nothing can be done */
  readonly cure: string | null;
}

/** The values of a text's placeholders. */
export interface Subject {
  /** The domain that signed or claims to have. */
  readonly signer?: string | null;
  readonly author?: string | null;
  /** The key's name in the DNS. */
  readonly key?: string | null;
  /** A header field's name. */
  readonly field?: string | null;
}

const UNNAMED: Readonly<Record<keyof Subject, string>> = {
  signer: "the signing domain",
  author: "the author's domain",
  key: "the name of the key",
  field: "the field",
};

/** @returns the sentence with its placeholders (`{signer}`) filled in */
export function filled(sentence: string, subject: Subject): string {
  const words = sentence.replace(/\{([a-z]+)\}/g, (_, name: keyof Subject) => subject[name] ?? UNNAMED[name]);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
