import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientReader, MAX_COMMAND_OCTETS } from "../../../src/gateway/smtp/client-reader.js";
import { DataReader } from "../../../src/gateway/smtp/data-reader.js";
import { stuffed } from "../../../src/gateway/smtp/dot-stuffer.js";
import { SmugglingError } from "../../../src/gateway/smtp/errors.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";

/** Text cut into pieces at random places. */
const cuts = fc.array(fc.nat(40), { maxLength: 12 });

function pieces(text: string, at: readonly number[]): Uint8Array[] {
  const octets = octetsOf(text);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const length of at) {
    parts.push(octets.slice(from, from + length));
    from += length;
  }
  return [...parts, octets.slice(from)];
}

interface DataReading {
  readonly content: string;
  readonly end: "complete" | "smuggled" | null;
  readonly rest: string;
}

function readData(wire: string, at: readonly number[] = []): DataReading {
  const reader = new DataReader();
  let content = "";
  const parts = pieces(wire, at);
  for (const [i, part] of parts.entries()) {
    const { octets, end, next } = reader.read(part, 0);
    content += binaryString(octets);
    const rest = [part.subarray(next), ...parts.slice(i + 1)].map(binaryString).join("");
    if (end !== null) return { content, end, rest };
  }
  return { content, end: null, rest: "" };
}

async function stuff(content: string, at: readonly number[] = []): Promise<string> {
  let wire = "";
  // eslint-disable-next-line @typescript-eslint/require-await -- a source of pieces is asynchronous
  async function* source() {
    yield* pieces(content, at);
  }
  for await (const piece of stuffed(source())) wire += binaryString(piece);
  return wire;
}

/** Of the octets that framing is about, and a few others. */
const hostileText = fc
  .array(fc.constantFrom("\r", "\n", ".", "\r\n", "\r\n.", "\n.\n", "a", "\0", "\xff"), { maxLength: 40 })
  .map((parts) => parts.join(""));

/** The rule as SECURITY.md has it, on the whole text at once. */
function hasLoneDotBetweenBareEnds(content: string): boolean {
  const lines = ["", ...("\r\n" + content).split(/(\r\n|\r|\n)/)].slice(1);
  // odd places are line ends
  for (let i = 2; i + 1 < lines.length; i += 2) {
    if (lines[i] === "." && (lines[i - 1] !== "\r\n" || lines[i + 1] !== "\r\n")) return true;
  }
  return false;
}

describe("the content of a message", () => {
  it.each([
    [".\r\n", ""],
    ["a\r\n.\r\n", "a\r\n"],
    ["\r\n.\r\n", "\r\n"],
    ["..\r\n.\r\n", ".\r\n"],
    ["a\r\n..b\r\n.\r\n", "a\r\n.b\r\n"],
    ["a\r\n.b\r\n.\r\n", "a\r\nb\r\n"],
    ["a\r\r\n.\r\n", "a\r\r\n"],
    ["a\nb\rc\r\n.\r\n", "a\nb\rc\r\n"],
    ["\n.b\r\n.\r\n", "\n.b\r\n"],
    ["\n..\n\r\n.\r\n", "\n..\n\r\n"],
    ["\0\xff\r\n.\r\n", "\0\xff\r\n"],
  ])("%j is %j", (wire, content) => {
    expect(readData(wire + "QUIT\r\n")).toEqual({ content, end: "complete", rest: "QUIT\r\n" });
  });

  const ENDS = ["\r\n", "\n", "\r", "\r\r\n", "\n\r", "\n\n"];
  const variants = ENDS.flatMap((before) => ENDS.map((after) => [before, after] as const));
  it.each(variants.filter(([before, after]) => before + after !== "\r\n\r\n"))(
    "a line of a single dot between %j and %j ends the message by CRLF on both sides, or is refused",
    (before, after) => {
      const isEnd = before.endsWith("\r\n") && after === "\r\n";
      const { end } = readData(`a${before}.${after}MAIL FROM:<x@y.example>\r\n.\r\n`);
      expect(end).toBe(isEnd ? "complete" : "smuggled");
    },
  );

  it("begins at the start of a line", () => {
    expect(readData(".\nb\r\n.\r\n").end).toBe("smuggled");
    expect(readData(".\rb\r\n.\r\n").end).toBe("smuggled");
  });

  it("is the same however the octets arrive", () => {
    fc.assert(
      fc.property(hostileText, cuts, (wire, at) => {
        expect(readData(wire, at)).toEqual(readData(wire));
      }),
    );
  });

  it("comes back as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, cuts, cuts, async (text, stuffAt, readAt) => {
        const content = text === "" || text.endsWith("\r\n") ? text : text + "\r\n";
        if (hasLoneDotBetweenBareEnds(content)) return;
        const wire = await stuff(content, stuffAt);
        expect(readData(wire + "QUIT\r\n", readAt)).toEqual({ content, end: "complete", rest: "QUIT\r\n" });
      }),
    );
  });

  it("never leaves with a single dot between bare line ends", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, cuts, async (content, at) => {
        const isHostile = hasLoneDotBetweenBareEnds(content.endsWith("\r\n") ? content : content + "\r\n");
        // At the start of a line a dot is doubled, and is no single one then.
        const wire = await stuff(content, at).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SmugglingError);
          return null;
        });
        if (wire === null) expect(isHostile).toBe(true);
        else expect(readData(wire)).toMatchObject({ end: "complete", rest: "" });
      }),
    );
  });
});

describe("what a client sends", () => {
  /** All events, with DATA answered 354; content in one piece. */
  function events(text: string, at: readonly number[] = []): string[] {
    const reader = new ClientReader();
    const seen: string[] = [];
    let content = "";
    for (const part of pieces(text, at)) {
      reader.push(part);
      for (let event = reader.next(); event !== null; event = reader.next()) {
        if (event.kind === "content") {
          content += binaryString(event.octets);
          continue;
        }
        if (event.kind === "line") seen.push(event.line.fault ?? binaryString(event.line.octets));
        else {
          seen.push(`${event.kind} ${content}`);
          content = "";
        }
        if (seen.at(-1) === "DATA\r\n") reader.enterData();
      }
    }
    return seen;
  }

  it("is commands and messages in their order", () => {
    expect(events("EHLO a\r\nDATA\r\nEHLO b\r\n..\r\n.\r\nQUIT\r\n")).toEqual([
      "EHLO a\r\n",
      "DATA\r\n",
      "end-of-data EHLO b\r\n.\r\n",
      "QUIT\r\n",
    ]);
  });

  it.each(["NOOP\n", "NO\rOP\r\n", "NO\0OP\r\n", "\n"])("has no command in %j", (line) => {
    expect(events(`${line}QUIT\r\n`)).toEqual(["malformed", "QUIT\r\n"]);
  });

  it("has commands of just the largest size", () => {
    const longest = "X".repeat(MAX_COMMAND_OCTETS - 2) + "\r\n";
    expect(events(longest)).toEqual([longest]);
    expect(events("X" + longest + "QUIT\r\n")).toEqual(["too-long", "QUIT\r\n"]);
    expect(events("X".repeat(1_000_000) + "\r\nQUIT\r\n")).toEqual(["too-long", "QUIT\r\n"]);
  });

  it("is the same however the octets arrive", () => {
    const script = fc
      .array(fc.constantFrom("DATA\r\n", "\r\n.\r\n", "NOOP\r\n", "\n", "\r", ".", "x"), { maxLength: 20 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(script, cuts, (text, at) => {
        expect(events(text, at)).toEqual(events(text));
      }),
    );
  });
});
