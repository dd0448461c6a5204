import { describe, expect, it } from "vitest";
import { octetsOf } from "../../src/message/octets.js";
import { applyEdit } from "../../src/service/edit.js";

const MESSAGE = "A: 1\r\nB: 2\r\n folded\r\nC: 3\r\n\r\nBody\r\n";

/** @param onEnd called when the reader is done with the source, early or not */
async function* pieces(size: number, onEnd?: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < MESSAGE.length; at += size) yield octetsOf(MESSAGE.slice(at, at + size));
  } finally {
    await Promise.resolve();
    onEnd?.();
  }
}

async function text(octets: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const piece of octets) read.push(Uint8Array.from(piece));
  return Buffer.concat(read).toString("latin1");
}

describe("applyEdit()", () => {
  const prepend = octetsOf("New: 0\r\n");

  it.each([
    [[], MESSAGE],
    [[1], MESSAGE.replace("B: 2\r\n folded\r\n", "")],
    [[2, 0, 2], "B: 2\r\n folded\r\n\r\nBody\r\n"],
    [[2, 1, 0], "\r\nBody\r\n"],
  ])("takes out the fields %j, in any order, and puts the new one in front", async (remove, rest) => {
    for (const message of [octetsOf(MESSAGE), pieces(1), pieces(7), pieces(1000)]) {
      expect(await text(applyEdit(message, { prepend, remove }))).toBe(`New: 0\r\n${rest}`);
    }
  });

  it.each([3, -1, 0.5])(
    "of another message, which names a field %d that is not there, changes nothing",
    async (index) => {
      const edit = { prepend, remove: [0, index] };
      for (const message of [octetsOf(MESSAGE), pieces(7)]) {
        await expect(applyEdit(message, edit).next()).rejects.toMatchObject({ code: "edit-invalid" });
      }
    },
  );

  it("closes its source, whether it is read to its end, left early or given an edit of another message", async () => {
    const ended: string[] = [];
    await text(
      applyEdit(
        pieces(7, () => ended.push("whole")),
        { prepend, remove: [] },
      ),
    );
    const left = applyEdit(
      pieces(7, () => ended.push("early")),
      { prepend, remove: [] },
    );
    await left.next();
    await left.return();
    const refused = applyEdit(
      pieces(7, () => ended.push("refused")),
      { prepend, remove: [9] },
    );
    await expect(refused.next()).rejects.toMatchObject({ code: "edit-invalid" });
    expect(ended).toEqual(["whole", "early", "refused"]);
  });
});
