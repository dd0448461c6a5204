import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unwrapped } from "../../src/cli/files/mbox.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";
import { CommandLine, letter, signedLetter } from "./command-line.js";

const cli = new CommandLine();

beforeAll(async () => {
  await cli.build();
});

afterAll(() => {
  cli.remove();
});

async function filesOf(...paths: string[]): Promise<string[]> {
  const { answers, stderr } = await cli.verify(paths);
  expect(stderr).toBe("");
  return answers.map(({ file }) => file);
}

describe("standard input", () => {
  test("is read where a file is -", async () => {
    const { answers, code } = await cli.verify(["-"], { input: await signedLetter() });
    expect(answers).toMatchObject([{ file: "-", status: { state: "author" } }]);
    expect(code).toBe(0);
  });

  test("is never split", async () => {
    const { answers } = await cli.verify(["-"], { input: `From x\n${letter()}\n\nFrom y\n${letter()}` });
    expect(answers).toHaveLength(1);
  });

  test("is one message: it cannot be read again", async () => {
    const { answers, code, stderr } = await cli.verify(["-", "-"], { input: await signedLetter() });
    expect(answers).toMatchObject([{ file: "-", status: { state: "author" } }]);
    expect(stderr).toBe("dkimstatus: -: standard input can be read only once\n");
    expect(code).toBe(2);
  });
});

describe("folders", () => {
  test("are read in the order of their names, with all below them; hidden files are not", async () => {
    for (const path of ["b.eml", "a/2.eml", "a/10.eml", "c.eml", ".hidden", ".git/config"]) {
      cli.write(`folder/${path}`, letter());
    }
    const expected = ["folder/a/10.eml", "folder/a/2.eml", "folder/b.eml", "folder/c.eml"];
    expect(await filesOf("folder")).toEqual(expected);
    expect(await filesOf("folder/")).toEqual(expected);
    expect(await filesOf("./folder")).toEqual(expected.map((path) => `./${path}`));
  });

  test("that are a Maildir hold messages in cur and new, and folders of their own", async () => {
    for (const path of ["cur/1:2,S", "new/2", "tmp/3", "dovecot-uidlist", ".Sent/cur/4", ".Sent/new/.keep"]) {
      cli.write(`Maildir/${path}`, letter());
    }
    const box = `From x\n${letter()}\n\nFrom y\n${letter()}`;
    cli.write("Maildir/cur/6", box);
    expect(await filesOf("Maildir")).toEqual([
      "Maildir/.Sent/cur/4",
      "Maildir/cur/1:2,S",
      "Maildir/cur/6",
      "Maildir/new/2",
    ]);
    cli.write("no-maildir/cur/6", box);
    expect(await filesOf("no-maildir")).toEqual(["no-maildir/cur/6#1", "no-maildir/cur/6#2"]);
  });

  test("are not followed through links, files are; a link to nothing is told", async () => {
    cli.write("links/a.eml", letter());
    symlinkSync("a.eml", join(cli.folder, "links/b.eml"));
    symlinkSync(".", join(cli.folder, "links/up"));
    expect(await filesOf("links")).toEqual(["links/a.eml", "links/b.eml"]);
    symlinkSync("nothing", join(cli.folder, "links/c.eml"));
    expect(await cli.verify(["links"])).toMatchObject({
      code: 2,
      stderr: "dkimstatus: links/c.eml: no such file or folder\n",
    });
    symlinkSync("circle.eml", join(cli.folder, "circle.eml"));
    const { answers, stderr } = await cli.verify(["circle.eml", "links/a.eml"]);
    expect(stderr).toBe("dkimstatus: circle.eml: too many symbolic links\n");
    expect(answers.map(({ file }) => file)).toEqual(["links/a.eml"]);
  });

  test("with pipes in them do not wait for those", async () => {
    cli.write("pipes/a.eml", letter());
    execFileSync("mkfifo", [join(cli.folder, "pipes/b")]);
    expect(await filesOf("pipes")).toEqual(["pipes/a.eml"]);
  });
});

describe("mbox files", () => {
  const lf = async (subject: string, body: string) => (await signedLetter(subject, body)).replaceAll("\r\n", "\n");

  test("give each message as path#n, with the quoting of From_ lines undone", async () => {
    const first = await lf("One", "Hello,\r\n\r\nFrom here on\r\n>From there\r\n");
    const second = await lf("Two", "No empty line\r\n");
    const quoted = first.replace(/^(>*From )/gm, ">$1");
    cli.write("box", `From a@x Tue Nov 24 12:00:00 2026\n${quoted}\nFrom - Tue Nov 24 12:00:01 2026\n${second}\n`);
    const { answers, code } = await cli.verify(["box"]);
    expect(answers).toMatchObject([
      { file: "box#1", status: { state: "author" } },
      { file: "box#2", status: { state: "author" } },
    ]);
    expect(code).toBe(0);
    expect((await cli.verify(["box#2"])).answers).toMatchObject([{ file: "box#2", status: { state: "author" } }]);
    expect(await cli.verify(["box#3"])).toMatchObject({
      code: 2,
      stderr: "dkimstatus: box#3: the file has 2 messages only\n",
    });
    cli.write("alone", letter());
    expect(await cli.verify(["alone#1"])).toMatchObject({ code: 2, stderr: "dkimstatus: alone#1: no mbox file\n" });
  });

  test("begin a message only behind an empty line", async () => {
    cli.write("unquoted", `From x\n${letter("A", "text\nFrom here\n").replaceAll("\r\n", "\n")}\nFrom y\n${letter()}`);
    expect(await filesOf("unquoted")).toEqual(["unquoted#1", "unquoted#2"]);
  });

  test("may have CRLF line ends", async () => {
    const message = await signedLetter();
    cli.write("crlf", `From x\r\n${message}\r\nFrom y\r\n${message}\r\n`);
    expect((await cli.verify(["crlf"])).answers.map(({ status }) => status.state)).toEqual(["author", "author"]);
  });

  test("are told from a message that begins with an obsolete From field", async () => {
    cli.write("obsolete.eml", letter().replace("From:", "From :"));
    expect(await filesOf("obsolete.eml")).toEqual(["obsolete.eml"]);
  });

  test("of more octets than are looked at once lose no message", async () => {
    const count = 40;
    const message = letter("Long", "x".repeat(63_011) + "\r\n");
    cli.write("long", `From x\r\n${message}\r\n`.repeat(count));
    expect(await filesOf("long")).toEqual(Array.from({ length: count }, (_, i) => `long#${i + 1}`));
  });

  test("are read the same however the octets come in pieces", async () => {
    const texts = fc.array(fc.constantFrom(">", "From ", "F", "ro", "\n", "\r\n", "x"), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (parts, sizes) => {
        const text = parts.join("");
        const expected = text.replace(/^>(>*From )/gm, "$1");
        expect(await unwrappedText(`From x\n${text}`, sizes)).toBe(expected);
      }),
    );
  });
});

async function unwrappedText(text: string, sizes: readonly number[]): Promise<string> {
  let result = "";
  for await (const piece of unwrapped(piecesOf(octetsOf(text), sizes))) result += binaryString(piece);
  return result;
}

/** Pieces in one buffer that is used again, as a file gives them. */
async function* piecesOf(octets: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(9);
  for (let at = 0, i = 0; at < octets.length; i++) {
    const piece = octets.subarray(at, at + sizes[i % sizes.length]!);
    buffer.set(piece);
    at += piece.length;
    yield await Promise.resolve(buffer.subarray(0, piece.length));
    buffer.fill(0);
  }
}
