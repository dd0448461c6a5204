import { LitElement, nothing, render, type PropertyValues } from "lit";
import { builtInVerifier } from "./built-in-verifier.js";
import { missingFor } from "./domain-view.js";
import { Explanation, type Notice } from "./explanation.js";
import { ExplanationView } from "./explanation-view.js";
import { HostDescription } from "./host-description.js";
import { INPUT_NAMES, inputsOf, NO_INPUTS, parsedResults, type Verifier } from "./inputs.js";
import { LanguageController } from "./language-controller.js";
import { addLanguage } from "./languages.js";
import { reader } from "./lazy.js";
import { PopoverController } from "./popover-controller.js";
import { isGood, type ElementStatus, type StatusInput } from "./report.js";
import { strings as english } from "./strings/en.js";
import { SignView } from "./sign-view.js";
import styles from "./styles.css";
import { plainTextOf } from "./text.js";
import { VerificationController } from "./verification-controller.js";
import { isShown, type Show } from "./visibility.js";

/** The bar that a page may put above the message. */
export interface PageNotice {
  readonly code: Notice["code"];
  readonly level: Notice["level"];
  /** One or two sentences; new nodes each time. */
  readonly content: DocumentFragment;
  /** The words of the link that opens the explanation. */
  readonly details: string;
}

/**
 * Shows which domain vouches for a message, and whether that is the author's own.
 *
 * Put it into the page's own chrome around the message, never into the body: the explanation's caret touches the icon,
 * in a place where the body cannot imitate it.
 *
 * @element dkim-status
 * @attr {"icon" | "label" | "full"} display - the glyph; glyph and a few words; or the whole explanation in the page
 * @attr {"all" | "notable" | "warnings"} show - which states are drawn; without it all, and for `static` the notable
 * ones
 * @attr {boolean} static - no button, no popover, no Tab stop: for rows of a list
 * @attr {string} status - what `statusOf` or `verify` returned, as JSON; takes precedence over all other input
 * @attr {string} headers - the raw header block; takes precedence over `results` and `from`
 * @attr {string} results - values of the Authentication-Results fields, topmost first, as a JSON array
 * @attr {string} from - the value of the From field
 * @attr {string} trusted - authserv-ids of one operator, separated by spaces; without one nothing is believed
 * @attr {boolean} trust-without-id - also believe the topmost field if it has no authserv-id
 * @attr {number} max-received-above - believe no field with more Received fields above it
 * @attr {boolean} legacy-fields - also read the fields of DKIMproxy and SpamAssassin, and domainkeys results
 * @attr {boolean} untrusted-folder - the folder can hold anything (Sent, Drafts, imported mail): nothing is believed
 * @attr {string} received-at - when the message arrived; ISO 8601
 * @attr {boolean} verify-on-request - the verifier waits until the reader presses the button in the explanation
 * @attr {string} lang - the language of the words; default: that of the nearest ancestor that has one
 * @fires {CustomEvent<ElementStatus | null>} dkim-status-change - what is known of the message has changed
 * @csspart button - opens the explanation
 * @csspart chip - the button or text of `display="label"`
 * @csspart icon - the glyph
 * @csspart label - the words beside it
 * @csspart domain - any domain
 * @csspart subdomain - what precedes the organizational domain
 * @csspart organization - the organizational domain
 * @csspart popover - the box in the top layer
 * @csspart explanation - its content, or that of `display="full"`
 * @csspart head - glyph, headline and close button
 * @csspart headline - what the sign says, in one line
 * @csspart close - the button that closes the popover
 * @csspart sentences - what it means
 * @csspart check - the button that asks the verifier
 * @csspart rows - author, signer and checker
 * @csspart a-label - the ASCII form of a domain that is shown in its own letters
 * @csspart notes - what to know besides
 * @csspart technical - the technical details
 * @csspart technical-title - a title in them
 * @cssprop --dkim-status-icon-size - 16px
 * @cssprop --dkim-status-font-size - of the chip; 0.875em
 * @cssprop --dkim-status-explanation-font-size - 0.875rem
 * @cssprop --dkim-status-ink - one colour for all signs, such as currentColor in a selected row
 * @cssprop --dkim-status-author - colour of the sign
 * @cssprop --dkim-status-third-party - colour of the sign
 * @cssprop --dkim-status-alert - colour of the signs of a broken signature and an unclear author
 * @cssprop --dkim-status-caution - colour of the sign
 * @cssprop --dkim-status-quiet - colour of the neutral signs
 * @cssprop --dkim-status-surface - background of the explanation
 * @cssprop --dkim-status-text - text of the explanation
 * @cssprop --dkim-status-border - border of the explanation
 * @cssstate checking - and the other states: malformed, author, third-party, unknown, unsigned, invalid
 * @cssstate caution - a concern warns
 */
export class DkimStatusElement extends LitElement {
  static override styles = styles;

  static override properties = {
    status: { type: Object },
    headers: {},
    results: { converter: { fromAttribute: parsedResults } },
    from: {},
    trusted: {},
    trustWithoutId: { type: Boolean, attribute: "trust-without-id" },
    maxReceivedAbove: { type: Number, attribute: "max-received-above" },
    legacyFields: { type: Boolean, attribute: "legacy-fields" },
    untrustedFolder: { type: Boolean, attribute: "untrusted-folder" },
    receivedAt: { attribute: "received-at" },
    verifier: { attribute: false },
    verifyOnRequest: { type: Boolean, attribute: "verify-on-request" },
    display: {},
    show: {},
    static: { type: Boolean },
  };

  /** Adds a language, or replaces the words that the element would load for it. */
  static readonly addLanguage = addLanguage;

  /** The English words, as a pattern for other languages. */
  static readonly english = english;

  /** A verifier that checks in this browser, with the page's own way to the DNS. */
  static readonly builtInVerifier = builtInVerifier;

  /** What `statusOf` or `verify` returned: takes precedence over all other inputs. As an attribute: JSON. */
  declare status: StatusInput | null;
  /** The raw header block: takes precedence over `results` and `from`. */
  declare headers: string | Uint8Array | null;
  /** Values of the Authentication-Results fields, topmost first. As an attribute: a JSON array. */
  declare results: readonly string[] | null;
  /** The value of the From field, or those of several. */
  declare from: string | readonly string[] | null;
  /** Authserv-ids of one operator, separated by spaces: whose fields are believed. */
  declare trusted: string | null;
  /** Also believe the topmost field if it has no authserv-id. */
  declare trustWithoutId: boolean;
  /** Believe no field with more Received fields above it. */
  declare maxReceivedAbove: number | null;
  /** Also read the fields of DKIMproxy and SpamAssassin, and domainkeys results. */
  declare legacyFields: boolean;
  /** The folder can hold anything (Sent, Drafts, imported mail): nothing is believed. */
  declare untrustedFolder: boolean;
  /** When the message arrived; ISO 8601. */
  declare receivedAt: string | null;
  /** Called only if there is no trusted field. */
  declare verifier: Verifier | null;
  /** The verifier waits until the reader presses the button in the explanation. */
  declare verifyOnRequest: boolean;
  /** The glyph; glyph and a few words; or the whole explanation in the page. */
  declare display: "icon" | "label" | "full";
  /** Which states are drawn; null: all, and in a list the notable ones. */
  declare show: Show | null;
  /** For rows of a list: no button, no popover, no Tab stop. */
  declare static: boolean;

  readonly #host = new HostDescription(this);
  readonly #verification = new VerificationController(this);
  readonly #language = new LanguageController(this);
  readonly #disclosure = new PopoverController(this);
  #explanation: Explanation | null = null;
  #view: ExplanationView | null = null;
  #announced = "null";

  constructor() {
    super();
    Object.assign(this, NO_INPUTS);
    this.show = null;
    this.static = false;
    this.display = "icon";
  }

  /** What is known of the message now; null without input. */
  get currentStatus(): ElementStatus | null {
    return this.#verification.current;
  }

  /** What the sign says, as plain text, such as for the `aria-description` of a list's row; empty if none is drawn. */
  get description(): string {
    return this.#isDrawn && this.#explanation !== null ? plainTextOf(this.#explanation.sign.headline) : "";
  }

  /** What to show in a bar above the message; null for nothing. At most one for each message. */
  get notice(): PageNotice | null {
    const notice = this.#explanation?.notice ?? null;
    if (notice === null) return null;
    const content = document.createDocumentFragment();
    render(this.#view!.text(notice.said), content);
    return { code: notice.code, level: notice.level, content, details: this.#language.strings.ui.details };
  }

  /** Opens the explanation, as the button does. */
  open(): void {
    if (!this.#disclosure.open) this.renderRoot.querySelector<HTMLElement>("[part~=button]")?.click();
  }

  /** Closes the explanation, as its close button does. */
  close(): void {
    if (this.#disclosure.open) this.#disclosure.close();
  }

  protected override scheduleUpdate(): ReturnType<LitElement["scheduleUpdate"]> {
    const loading = this.#language.ready();
    return loading === null ? super.scheduleUpdate() : loading.then(() => this.scheduleUpdate());
  }

  /** Resolves only when the fields have been read, even if the reader has to be loaded first. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    if (!this.#verification.isReading) return complete;
    await reader.load();
    return super.getUpdateComplete();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (INPUT_NAMES.some((name) => changed.has(name))) this.#verification.begin(inputsOf(this));
    this.#explain();
    this.#describe();
  }

  /** If a page gives something that cannot be drawn, the previous message's sign must not stay. */
  protected override performUpdate(): void {
    try {
      super.performUpdate();
    } catch (error) {
      this.#verification.current = null;
      this.requestUpdate();
      throw error;
    }
  }

  protected override render(): unknown {
    if (!this.#isDrawn || this.#explanation === null) return nothing;
    const view = new SignView(this.#explanation.sign, this.#view!, this.#language.strings);
    if (this.display === "full") return view.full;
    if (this.static) return this.display === "icon" ? view.icon : view.chip;
    return view.button(this.display === "label", this.#disclosure, this.#press);
  }

  protected override updated(): void {
    const { currentStatus } = this;
    const now = JSON.stringify(currentStatus);
    if (now === this.#announced) return;
    this.#announced = now;
    this.dispatchEvent(new CustomEvent("dkim-status-change", { bubbles: true, composed: true, detail: currentStatus }));
  }

  get #isDrawn(): boolean {
    const { currentStatus } = this;
    return currentStatus !== null && isShown(currentStatus, this.show, this.static);
  }

  #explain(): void {
    const { currentStatus } = this;
    this.#explanation = this.#view = null;
    if (currentStatus === null) return;
    const named = currentStatus.status.concerns.some(({ code }) => code === "name-shows-other-address");
    const shown = named && this.status === null ? (reader.module?.domainShownInName(inputsOf(this)) ?? null) : null;
    const { strings } = this.#language;
    this.#explanation = new Explanation(currentStatus, strings, shown);
    const check = this.#verification.isWaiting ? this.#check : null;
    this.#view = new ExplanationView(currentStatus, this.#explanation, strings, check);
  }

  #describe(): void {
    const states: string[] = [];
    if (this.#explanation !== null) {
      const { glyph, tone } = this.#explanation.sign;
      states.push(this.currentStatus!.status.state);
      if (glyph === "caution") states.push(glyph);
      // A good sign names its domain: an icon alone is drawn in neutral ink.
      const quiet = this.display === "icon" && isGood(tone);
      states.push(`tone-${quiet ? "quiet" : tone}`);
    }
    this.#host.setStates(states);
    this.#host.setImage(this.static && this.display === "icon" && this.#isDrawn ? this.description : null);
  }

  /** The popover that the button names must be rendered before the browser opens it. */
  readonly #press = (): void => {
    const first = !this.#disclosure.rendered;
    this.#disclosure.prepare();
    if (first) this.#loadForDomains();
    this.performUpdate();
  };

  /** The button disappears once it is pressed: the focus moves to the headline, which announces the result. */
  readonly #check = (): void => {
    const headline = this.renderRoot.querySelector<HTMLElement>("[part~=headline]")!;
    headline.tabIndex = -1;
    headline.ariaLive = "polite";
    headline.focus();
    this.#verification.ask();
  };

  /** Loads what makes domains easier to tell apart, once the reader opens the explanation. */
  #loadForDomains(): void {
    const { author, status } = this.currentStatus!;
    const domains = [author?.domain, status.signer].filter((domain) => typeof domain === "string");
    const missing = new Set(domains.map(missingFor).filter((lazy) => lazy !== null));
    for (const lazy of missing) {
      void lazy.load().then(() => {
        this.requestUpdate();
      });
    }
  }
}
