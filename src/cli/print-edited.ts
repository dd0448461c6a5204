import { parseHeader } from "../message/header.js";
import type { Edit } from "../service/types.js";
import { edited } from "./apply-edit.js";
import { failureAt } from "./failure.js";
import { headerOctets } from "./files/header.js";
import { withOneMessage, type OneMessage } from "./files/one-message.js";
import { print } from "./terminal/output.js";

/**
 * Prints a message as it is after an edit. Nothing is printed before the edit is known.
 * @throws {CliError} that names the file, whatever went wrong
 */
export async function printEdited(
  path: string,
  edit: (message: AsyncIterable<Uint8Array>) => Promise<Edit>,
): Promise<void> {
  await withOneMessage(path, async (message) => {
    for await (const piece of editedMessage(message, edit)) await print(piece);
  });
}

async function* editedMessage(
  message: OneMessage,
  edit: (message: AsyncIterable<Uint8Array>) => Promise<Edit>,
): AsyncGenerator<Uint8Array, void> {
  try {
    const { fields } = parseHeader(await headerOctets(message.read()));
    yield* edited(message.read(), fields, await edit(message.read()));
  } catch (error) {
    throw failureAt(message.name, error);
  }
}
