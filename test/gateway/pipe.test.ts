import { describe, expect, it } from "vitest";
import { Pipe } from "../../src/gateway/pipe.js";

const octets = (...values: number[]) => Uint8Array.from(values);
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe("a pipe", () => {
  it("hands pieces on in their order, one at a time", async () => {
    const pipe = new Pipe();
    const written: number[] = [];
    const writing = (async () => {
      for (let i = 0; i < 5; i++) {
        await pipe.write(octets(i));
        written.push(i);
      }
      pipe.end();
    })();
    await soon();
    expect(written).toEqual([]);
    const read: number[] = [];
    for await (const [value] of pipe) {
      read.push(value!);
      expect(read.length - written.length).toBeLessThanOrEqual(1);
    }
    await writing;
    expect(read).toEqual([0, 1, 2, 3, 4]);
  });

  it("gives the reader the error that ends it, and lets the writer go on", async () => {
    const pipe = new Pipe();
    const reading = (async () => {
      for await (const piece of pipe) expect(piece).toEqual(octets(1));
    })();
    const writing = pipe.write(octets(1));
    pipe.fail(new Error("broken"));
    await expect(reading).rejects.toThrow("broken");
    await writing;
    await pipe.write(octets(2));
  });

  it("that has failed takes what comes at once, also where nobody has begun to read", async () => {
    const pipe = new Pipe();
    pipe.fail(new Error("broken"));
    await pipe.write(octets(1));
    await expect(pipe[Symbol.asyncIterator]().next()).rejects.toThrow("broken");
  });

  it("drops what comes when the reader has left, on its own or by error", async () => {
    for (const leave of ["break", "throw"]) {
      const pipe = new Pipe();
      const reading = (async () => {
        for await (const piece of pipe) {
          if (leave === "throw") throw new Error(String(piece.length));
          break;
        }
      })();
      await pipe.write(octets(1));
      await pipe.write(octets(2));
      pipe.end();
      await reading.catch(() => undefined);
    }
  });

  it("lets a writer go on that nobody reads from", async () => {
    const pipe = new Pipe();
    const writing = pipe.write(octets(1));
    pipe.discard();
    await writing;
    await pipe.write(octets(2));
  });
});
