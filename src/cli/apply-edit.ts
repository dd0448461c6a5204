import type { HeaderField } from "../message/header.js";
import type { Edit } from "../service/types.js";

/**
 * The message as it is after an edit; no other octet is touched.
 * @param fields of the message's header, topmost first
 */
export async function* edited(
  message: AsyncIterable<Uint8Array>,
  fields: readonly HeaderField[],
  { prepend, remove }: Edit,
): AsyncGenerator<Uint8Array, void> {
  const gaps = [...new Set(remove)].sort((a, b) => a - b).map((index) => fields[index]!);
  if (prepend.length > 0) yield prepend;
  let next = 0;
  let at = 0;
  for await (const piece of message) {
    const start = at;
    const end = start + piece.length;
    while (at < end) {
      const gap = gaps[next];
      if (gap === undefined || at < gap.start) {
        const keepUntil = Math.min(gap?.start ?? end, end);
        yield piece.subarray(at - start, keepUntil - start);
        at = keepUntil;
      } else {
        at = Math.min(gap.end, end);
        if (at === gap.end) next++;
      }
    }
  }
}
