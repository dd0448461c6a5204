import { describe, expect, it } from "vitest";
import { octetsOf } from "../../src/message/octets.js";
import { applyEdit } from "../../src/service/edit.js";
import { pieces, textOf } from "../support/pieces.js";

const MESSAGE = "A: 1\r\nB: 2\r\n folded\r\nC: 3\r\n\r\nBody\r\n";

/** @param onEnd called when the reader is done with the source, early or not */
async function* watched(source: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } finally {
    onEnd();
  }
}

describe("applyEdit()", () => {
  const prepend = octetsOf("New: 0\r\n");

  it.each([
    [[], MESSAGE],
    [[1], MESSAGE.replace("B: 2\r\n folded\r\n", "")],
    [[2, 0, 2], "B: 2\r\n folded\r\n\r\nBody\r\n"],
    [[2, 1, 0], "\r\nBody\r\n"],
  ])("takes out the fields %j, in any order, and puts the new one in front", async (remove, rest) => {
    for (const message of [octetsOf(MESSAGE), pieces(MESSAGE, 1), pieces(MESSAGE, 7), pieces(MESSAGE, 1000)]) {
      expect(await textOf(applyEdit(message, { prepend, remove }))).toBe(`New: 0\r\n${rest}`);
    }
  });

  it.each([3, -1, 0.5])(
    "of another message, which names a field %d that is not there, changes nothing",
    async (index) => {
      const edit = { prepend, remove: [0, index] };
      for (const message of [octetsOf(MESSAGE), pieces(MESSAGE, 7)]) {
        await expect(applyEdit(message, edit).next()).rejects.toMatchObject({ code: "edit-invalid" });
      }
    },
  );

  it("closes its source, whether it is read to its end, left early or given an edit of another message", async () => {
    const ended: string[] = [];
    await textOf(
      applyEdit(
        watched(pieces(MESSAGE, 7), () => ended.push("whole")),
        { prepend, remove: [] },
      ),
    );
    const left = applyEdit(
      watched(pieces(MESSAGE, 7), () => ended.push("early")),
      { prepend, remove: [] },
    );
    await left.next();
    await left.return();
    const refused = applyEdit(
      watched(pieces(MESSAGE, 7), () => ended.push("refused")),
      { prepend, remove: [9] },
    );
    await expect(refused.next()).rejects.toMatchObject({ code: "edit-invalid" });
    expect(ended).toEqual(["whole", "early", "refused"]);
  });

  it.each(["A: 1", null, 1])("refuses %j, which is no message", async (message) => {
    const edit = applyEdit(message as never, { prepend, remove: [] });
    await expect(edit.next()).rejects.toMatchObject({ code: "message-invalid" });
  });
});
