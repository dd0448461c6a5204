/** A message that wants to look like something else, as fields and text. */
export interface AttackCase {
  readonly name: string;
  /** What is to be seen. */
  readonly about: string;
  readonly shownName: string;
  readonly from: string;
  readonly results: readonly string[];
  readonly trusted: string;
  readonly text?: string;
}

const TRUSTED = "mx.example.net";

function passOf(domain: string): readonly string[] {
  return [`${TRUSTED}; dkim=pass header.d=${domain}`];
}

/** As long as DNS allows, with a name at its start that is not what it belongs to. */
const LONGEST = `bank.example.${"a".repeat(57)}.${"b".repeat(57)}.${"c".repeat(57)}.${"d".repeat(52)}.evil.example`;

export const ATTACK_CASES: readonly AttackCase[] = [
  {
    name: "A tick in the name",
    about: "The name brings its own sign along. Ours stands before it, with the domain.",
    shownName: "✅ bank.example",
    from: '"✅ bank.example" <x@evil.example>',
    results: passOf("evil.example"),
    trusted: TRUSTED,
  },
  {
    name: "An address as a name",
    about: "The name is an address of another domain.",
    shownName: "ceo@bank.example",
    from: '"ceo@bank.example" <x@evil.example>',
    results: passOf("evil.example"),
    trusted: TRUSTED,
  },
  {
    name: "A body that imitates the explanation",
    about: "The body cannot paint where the mark is: the caret of the real one touches it.",
    shownName: "Alder Bank",
    from: "Alder Bank <statements@bank-login.example>",
    results: passOf("bank-login.example"),
    trusted: TRUSTED,
    text: "✔ Signed by bank.example\nThe domain of the author’s address vouches for this message.\n\nDear customer, …",
  },
  {
    name: "Letters that look alike",
    about: "One letter is Cyrillic. The spelling of the DNS is shown.",
    shownName: "Alder Bank",
    from: "Alder Bank <statements@xn--bnk-6cd.example>",
    results: passOf("xn--bnk-6cd.example"),
    trusted: TRUSTED,
  },
  {
    name: "The longest domain",
    about: "It is cut at its start; what it belongs to stays.",
    shownName: "Alder Bank",
    from: `Alder Bank <statements@${LONGEST}>`,
    results: passOf(LONGEST),
    trusted: TRUSTED,
  },
  {
    name: "A domain above, and one that ends alike",
    about: "Neither is the author’s domain, or one below it.",
    shownName: "Alder Bank",
    from: "Alder Bank <statements@bank.example>",
    results: passOf("evilbank.example"),
    trusted: TRUSTED,
  },
  {
    name: "Text that turns around",
    about: "The name has a letter that turns the writing direction. It turns nothing but the name.",
    shownName: "Alder \u202eelpmaxe.knab",
    from: '"Alder \u202eelpmaxe.knab" <x@evil.example>',
    results: passOf("evil.example"),
    trusted: TRUSTED,
  },
  {
    name: "Markup",
    about: "Nothing of a message is markup.",
    shownName: "<img src=x onerror=alert(1)>",
    from: '"<img src=x onerror=alert(1)>" <x@evil.example>',
    results: [`${TRUSTED}; dkim=fail reason="<script>alert(1)</script>" header.d=evil.example`],
    trusted: TRUSTED,
    text: "<script>alert(1)</script>",
  },
  {
    name: "A field of somebody else",
    about: "The id looks like ours, and is not.",
    shownName: "Alder Bank",
    from: "Alder Bank <statements@bank.example>",
    results: [`${TRUSTED}.evil.example; dkim=pass header.d=bank.example`],
    trusted: TRUSTED,
  },
  {
    name: "Nobody is trusted",
    about: "Without a configured server no field says anything.",
    shownName: "Alder Bank",
    from: "Alder Bank <statements@bank.example>",
    results: passOf("bank.example"),
    trusted: "",
  },
  {
    name: "Ten thousand results",
    about: "What is too much to be a field of our server is not read.",
    shownName: "Alder Bank",
    from: "Alder Bank <statements@bank.example>",
    results: [`${TRUSTED}; ${Array<string>(10_000).fill("dkim=pass header.d=bank.example").join("; ")}`],
    trusted: TRUSTED,
  },
  {
    name: "Two authors",
    about: "Whoever signed, nobody can say for whom.",
    shownName: "Alder Bank, x",
    from: "Alder Bank <statements@bank.example>, x <x@evil.example>",
    results: passOf("evil.example"),
    trusted: TRUSTED,
  },
];
