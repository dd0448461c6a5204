import { fieldsToStrip } from "../authentication-results/strip.js";
import type { Crypto } from "../dkim/crypto.js";
import { after } from "../dkim/maybe-promise.js";
import { createSigner, SigningError, type SignerOptions, type SigningKey } from "../dkim/sign.js";
import { areStrings, ArgumentError, checkTime } from "../message/argument-error.js";
import { authorOf } from "../message/author.js";
import type { Header } from "../message/header.js";
import { octetsOf } from "../message/octets.js";
import { checkAuthservIds, checkCrypto } from "./arguments.js";
import { openMessage, type OpenMessage } from "./open-message.js";
import type { Ports } from "./ports.js";
import type { Edit, MessageSource } from "./types.js";

export interface SignOptions extends Omit<SignerOptions, "crypto" | "now"> {
  /** At least one. Each makes a signature; that of the first is on top. */
  readonly keys: readonly SigningKey[];
  /** t=. Default: the present. */
  readonly now?: Date | undefined;
  /** Default: `node:crypto` on Node, WebCrypto in a browser. */
  readonly crypto?: Crypto | undefined;
  /** Ids that our readers trust: fields that claim one are forged, and are removed from signed mail, too. */
  readonly authservIds?: readonly string[] | undefined;
}

/**
 * Signs a message with one or several keys. RFC 6376 §5
 * @throws {SigningError} if a key cannot be used, or the message has no clear author
 * @throws {ArgumentError}
 */
export async function sign(message: MessageSource, options: SignOptions & Pick<Ports, "crypto">): Promise<Edit> {
  checkSignOptions(options);
  return after(openMessage(message), (open) => signOpen(open, options));
}

function checkSignOptions(options: SignOptions & Pick<Ports, "crypto">): void {
  const { keys, now = new Date(), alsoSign = [] } = options;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) {
    throw new ArgumentError(
      "keys-invalid",
      "keys is no array of one key or more, each with a privateKey in PEM, a string",
    );
  }
  checkTime("now", now);
  if (now.getTime() < 0) throw new ArgumentError("time-invalid", "now is no time since 1970"); // RFC 6376 §3.5, t=
  if (!areStrings(alsoSign)) throw new ArgumentError("also-sign-invalid", "alsoSign is no array of names of fields");
  checkAuthservIds(options.authservIds);
  checkCrypto(options);
}

/** Catches a PEM that was read as octets and is not a string yet; the other parts are checked when the key signs. */
function isKey(key: Partial<SigningKey> | null | undefined): boolean {
  const privateKey = key?.privateKey;
  return typeof privateKey === "string" || privateKey?.handle !== undefined;
}

/** As {@link sign}, for a message that is already open. */
export async function signOpen(message: OpenMessage, options: SignOptions & Pick<Ports, "crypto">): Promise<Edit> {
  const { header } = message;
  checkAuthor(header);
  const signer = createSigner(header, options.keys, { ...options, now: options.now ?? new Date() });
  await message.readBody(signer.update);
  const fields = (await signer.finish()).join("");
  return {
    prepend: octetsOf(header.lineEnding === "\n" ? fields.replaceAll("\r\n", "\n") : fields),
    remove: fieldsToStrip(header.fields, options.authservIds ?? []),
  };
}

/** RFC 6376 §5.4: From MUST be signed. With none or several, nobody can say for whom. */
function checkAuthor(header: Header): void {
  const { reason } = authorOf(header);
  if (reason !== null)
    throw new SigningError(reason, `the author cannot be told (${reason}), so nobody can sign for it`);
}
