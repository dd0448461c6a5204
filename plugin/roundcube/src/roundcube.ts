import type { DkimStatusElement } from "../../../src/element/define.js";
import type { StatusInput } from "../../../src/element/report.js";

/** A message's fields as PHP hands them over. */
export interface Fields {
  /** The raw header block, or as much of it as the status reads; base64. */
  readonly headers?: string;
  /** If the header block is not available: values, without the fields between them. */
  readonly results?: readonly string[];
  readonly from?: string;
  /** The author's address as Roundcube displays it. */
  readonly shown: string;
  /** Whether the fields of this folder may be believed. */
  readonly trusted: boolean;
}

/** `rcmail.env.dkimstatus_message` */
export interface OpenMessage extends Fields {
  readonly uid: string;
  readonly folder: string;
  /** ISO 8601 */
  readonly receivedAt: string | null;
  readonly verifier?: "browser" | "service" | "too-large";
  /** Whether it may be verified before the reader asks for it. */
  readonly byItself?: boolean;
  /** The key of the answer in the cache. */
  readonly key?: string;
  readonly known?: StatusInput | null;
}

/** `rcmail.env.dkimstatus` */
export interface Settings {
  readonly trusted: string;
  readonly trustWithoutId: boolean;
  readonly legacyFields: boolean;
  readonly maxReceivedAbove: number | null;
  /** Whether the rows of the list have signs. */
  readonly list: boolean;
  readonly show: "all" | "notable" | "warnings";
  readonly askBeforeReply: boolean;
  readonly language: string;
}

export interface RowEvent {
  readonly uid: string;
  readonly row: { readonly obj: HTMLTableRowElement; readonly flags?: { readonly dkimstatus?: Fields } };
}

/** The part of Roundcube's client that is used. */
export interface Roundcube {
  readonly env: {
    readonly action?: string;
    readonly request_token?: string;
    readonly comm_path: string;
    readonly contentframe?: string | null;
    /** Of the list, by UID. */
    readonly messages?: Readonly<Record<string, { readonly flags?: { readonly dkimstatus?: Fields } } | undefined>>;
    readonly dkimstatus?: Settings;
    readonly dkimstatus_message?: OpenMessage;
  };
  addEventListener(name: "insertrow", listener: (event: RowEvent) => void): void;
  addEventListener(name: string, listener: (event: unknown) => unknown): void;
  gettext(label: string, domain: string): string;
  url(action: string, parameters: Readonly<Record<string, string>>): string;
  command(name: string, properties?: unknown): unknown;
  get_single_uid(): string | null;
  get_frame_window(name: string): Window | null;
  confirm_dialog(content: HTMLElement, button: string, action: () => void): unknown;
  print_dialog(): void;
}

declare global {
  var rcmail: Roundcube | undefined;
  var DkimStatus: typeof DkimStatusElement | undefined;
}
