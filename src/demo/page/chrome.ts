/** The server whose fields this mailbox can rely on. */
export const TRUSTED_ID = "mx.example.net";

const SCHEMES = ["light dark", "light", "dark"] as const;
const NAMES = { "light dark": "as the system has them", light: "light", dark: "dark" };

/** Wires the page's own button for light and dark; the element follows the inherited color-scheme. */
export function setUpTheme(): void {
  const button = document.querySelector<HTMLButtonElement>("#theme")!;
  apply(SCHEMES.find((scheme) => scheme === stored()) ?? "light dark");
  button.addEventListener("click", () => {
    const now = SCHEMES.indexOf(document.documentElement.dataset.scheme as (typeof SCHEMES)[number]);
    apply(SCHEMES[(now + 1) % SCHEMES.length]!);
  });

  function apply(scheme: (typeof SCHEMES)[number]): void {
    document.documentElement.dataset.scheme = scheme;
    button.title = `Colours: ${NAMES[scheme]}`;
    button.setAttribute("aria-label", button.title);
    store(scheme);
  }
}

const KEY = "scheme";

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is forbidden here
  }
}

function store(scheme: string): void {
  try {
    localStorage.setItem(KEY, scheme);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
}
