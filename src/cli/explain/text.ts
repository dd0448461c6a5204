/** What a code means, in sentences for the person who runs mail, and what would cure it. */
export interface Text {
  readonly why: string;
  /** null where nothing is wrong, or nothing can be done */
  readonly cure: string | null;
}

/** What stands for the placeholders of a text. */
export interface Subject {
  /** The domain that signed or claims to have. */
  readonly signer?: string | null;
  readonly author?: string | null;
  /** Where the DNS has the key. */
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
