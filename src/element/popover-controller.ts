import type { ReactiveController, ReactiveControllerHost } from "lit";
import { place } from "./placement.js";

type Host = ReactiveControllerHost & HTMLElement;

/** In a narrower viewport the explanation is a sheet at the lower edge; styles.css has the same number. */
export const SHEET_WIDTH = 480;

/** Whether the browser has popovers; without them, the explanation opens in the flow of the page. */
export const HAS_POPOVER = typeof HTMLElement === "function" && "popover" in HTMLElement.prototype;

/**
 * The explanation that a button opens: rendered on first open, placed so that its caret touches the icon, focus moves
 * in and back.
 */
export class PopoverController implements ReactiveController {
  /** It has been opened, and has been in the DOM since then. */
  rendered = false;
  /** Is shown now. */
  open = false;
  readonly #resized = new ResizeObserver(() => {
    this.#place();
  });

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  /** The button's `click`: what the browser does next by `popovertarget` needs the popover to be there. */
  readonly prepare = (): void => {
    this.rendered = true;
    if (!HAS_POPOVER) this.open = !this.open;
    this.#host.requestUpdate();
  };

  /** The popover's `toggle`. */
  readonly toggled = (event: ToggleEvent): void => {
    this.open = event.newState === "open";
    this.#host.requestUpdate();
    if (this.open) this.#opened();
    else this.#closed();
  };

  readonly close = (): void => {
    if (HAS_POPOVER) {
      this.#popover?.hidePopover();
    } else {
      this.open = false;
      this.#host.requestUpdate();
      this.#button?.focus();
    }
  };

  hostDisconnected(): void {
    this.rendered = false;
    this.open = false;
    this.#unlisten();
  }

  #opened(): void {
    this.#place();
    this.#popover?.focus({ preventScroll: true });
    if (this.#popover) this.#resized.observe(this.#popover);
    addEventListener("scroll", this.#place, { capture: true, passive: true });
    addEventListener("resize", this.#place);
    addEventListener("blur", this.#leave);
  }

  #closed(): void {
    this.#unlisten();
    delete this.#popover?.dataset["side"]; // what has no side yet is not painted
    const focused = this.#root.activeElement;
    const left = document.activeElement === document.body;
    if (left || (focused !== null && this.#popover?.contains(focused) === true)) this.#button?.focus();
  }

  #unlisten(): void {
    this.#resized.disconnect();
    removeEventListener("scroll", this.#place, { capture: true });
    removeEventListener("resize", this.#place);
    removeEventListener("blur", this.#leave);
  }

  /** A click into a frame, such as the message's body, is outside, too, but shows only as a loss of focus. */
  readonly #leave = (): void => {
    setTimeout(() => {
      if (this.open && document.activeElement instanceof HTMLIFrameElement) this.close();
    });
  };

  readonly #place = (): void => {
    const popover = this.#popover;
    const icon = this.#root.querySelector("[part~=icon]");
    if (!popover || !icon || !this.open) return;
    const { style } = popover;
    const content = popover.querySelector<HTMLElement>("[part~=explanation]")!;
    if (innerWidth < SHEET_WIDTH) {
      for (const name of ["left", "top", "--caret"]) style.removeProperty(name);
      content.style.removeProperty("max-height");
      popover.dataset["side"] = "sheet";
      return;
    }
    // The height that it would have without limits, measured without losing the scroll position.
    const height = content.scrollHeight + content.offsetHeight - content.clientHeight;
    const { width } = popover.getBoundingClientRect();
    const viewport = { left: 0, top: 0, width: document.documentElement.clientWidth, height: innerHeight };
    const rtl = getComputedStyle(popover).direction === "rtl";
    const placement = place(icon.getBoundingClientRect(), { width, height }, viewport, rtl);
    content.style.maxHeight = `${placement.maxHeight}px`;
    style.left = `${placement.left}px`;
    style.top = `${placement.top}px`;
    style.setProperty("--caret", `${placement.caret}px`);
    popover.dataset["side"] = placement.side;
  };

  get #root(): ShadowRoot {
    return this.#host.shadowRoot!;
  }

  get #button(): HTMLElement | null {
    return this.#root.querySelector("button[part~=button]");
  }

  get #popover(): HTMLElement | null {
    return this.#root.querySelector("[part~=popover]");
  }
}
