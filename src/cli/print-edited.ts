import { applyEdit } from "../service/edit.js";
import type { Edit } from "../service/types.js";
import { withOneMessage } from "./files/one-message.js";
import { print } from "./terminal/output.js";

/**
 * Prints a message with an edit applied. Nothing is printed before the edit is known.
 * @throws {CliError} that names the file, whatever went wrong
 */
export function printEdited(path: string, edit: (message: AsyncIterable<Uint8Array>) => Promise<Edit>): Promise<void> {
  return withOneMessage(path, async (read) => {
    for await (const piece of applyEdit(read(), await edit(read()))) await print(piece);
  });
}
