import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decodeEncodedWords, hasEncodedWord, hasUnknownCharset } from "../../src/message/encoded-word.js";
import { binary } from "./text.js";

test("UTF-7 and UTF-16 without a byte order mark are read, as Roundcube reads them", () => {
  expect(decodeEncodedWords("=?utf-7?q?ceo+AEA-bank.com +- b?=")).toBe("ceo@bank.com + b");
  for (const name of ["utf7", "unicode-1-1-utf-7"]) {
    expect(decodeEncodedWords(`=?${name}?q?ceo+AEA bank.com?=`)).toBe("ceo@ bank.com");
  }
  expect(decodeEncodedWords("=?UTF-7-IMAP?q?ceo&AEA-bank.com?=")).toBe("ceo@bank.com");
  expect(decodeEncodedWords("=?UTF-7-IMAP?q?ceo&,yA-bank.com?=")).toBe("ceo\uff20bank.com");
  expect(decodeEncodedWords("=?utf-16?b?AGMAQABi?=")).toBe("c@b");
  expect(decodeEncodedWords("=?utf-16?b?YwBAAGIA?=")).toBe("c@b");
  expect(decodeEncodedWords("=?utf-16?b?/v8AYwBAAGI=?=")).toBe("c@b");
  expect(decodeEncodedWords("=?ucs-2?b?AGMAQABi?=")).toBe("c@b");
  expect(decodeEncodedWords("=?utf-16le?b?AGMAQABi?=")).toBe("\u6300\u4000\u6200");
  expect(decodeEncodedWords("=?utf-16?b?/v9l5Wcs?= =?utf-16be?b?ZeVnLA==?=")).toBe("日本日本");
  expect(decodeEncodedWords("=?utf-16?b?5WUsZw==?=")).toBe("日本");
});

describe("hasUnknownCharset()", () => {
  test.each([
    "cp037",
    "IBM1047",
    "ebcdic-us",
    "html-entities",
    "BASE64",
    "hz-gb-2312",
    "iso-2022-kr",
    "x-anything",
    "ebcdic-utf-8",
    "utf-8-ebcdic",
  ])("is true of %s, in which ASCII may stand for something else", (charset) => {
    expect(hasUnknownCharset(`a =?utf-8?q?b?= =?${charset}*en?Q?=83=85=96=7C?=`)).toBe(true);
  });

  test.each([
    "utf-8",
    "UTF_8",
    "utf-7",
    "utf-32be",
    "iso8859_1",
    "windows1251",
    "cp850",
    "unknown-8bit",
    "x-unknown",
    "GB18030",
    "8bit",
    "utf8mb4",
    "utf-32",
    "utf-32le",
    "iso8859_15",
    "8859_15",
    "latin-10",
    "win-1252",
  ])("is false of %s, which is read, or a superset of ASCII", (charset) => {
    expect(hasUnknownCharset(`=?${charset}?q?a?=`)).toBe(false);
  });

  test("is false without an encoded-word", () => {
    expect(hasUnknownCharset("=?cp037?Alice")).toBe(false);
  });
});

describe("decodeEncodedWords() (RFC 2047)", () => {
  test.each([
    ["Q", "=?utf-8?Q?J=C3=B6rg_Meier?=", "Jörg Meier"],
    ["B", "=?UTF-8?b?SsO2cmc=?=", "Jörg"],
    ["B without padding", "=?utf-8?B?SsO2cmc?=", "Jörg"],
    ["ISO-8859-1", "=?iso-8859-1?q?J=F6rg?=", "Jörg"],
    ["windows-1252", "=?windows-1252?Q?=80?=", "€"],
    ["ISO-2022-JP", "=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"],
    ["GB18030", "=?gb18030?B?xOO6ww==?=", "你好"],
    ["KOI8-R", "=?koi8-r?B?8NLJ18XU?=", "Привет"],
    ["a language tag (RFC 2231 §5)", "=?utf-8*de?Q?J=C3=B6rg?=", "Jörg"],
    ["white space in front", " =?utf-8?Q?b?=", " b"],
    ["text around", "A =?utf-8?Q?b?= c", "A b c"],
    ["no white space around, as many readers do", "A=?utf-8?Q?b?=c", "Abc"],
    ["spaces in the text, as many readers do", "=?utf-8?Q?a b?=", "a b"],
    ["an address", "=?utf-8?Q?ceo=40bank.com?=", "ceo@bank.com"],
  ])("decodes %s", (_, text, expected) => {
    expect(decodeEncodedWords(binary(text))).toBe(expected);
  });

  test("joins adjacent words without the white space between them (§6.2)", () => {
    expect(decodeEncodedWords("=?utf-8?Q?a?= \t=?utf-8?B?Yg==?=")).toBe("ab");
    expect(decodeEncodedWords("=?utf-8?Q?a?= =?iso-8859-1?Q?=F6?=")).toBe("aö");
    expect(decodeEncodedWords("=?utf-8?Q?a_?= =?utf-8?Q?b?= c =?utf-8?Q?d?=")).toBe("a b c d");
  });

  test("joins a character that was cut between two words", () => {
    expect(decodeEncodedWords("=?utf-8?Q?J=C3?= =?utf-8?B?tg==?=")).toBe("Jö");
  });

  test.each([
    ["an unknown encoding", "=?utf-8?X?a?="],
    ["an unfinished word", "=?utf-8?Q?a?"],
    ["a word without a charset", "=??Q?a?="],
  ])("leaves %s as it is written", (_, text) => {
    expect(decodeEncodedWords(text)).toBe(text);
    expect(decodeEncodedWords(`${text} =?utf-8?Q?b?=`)).toBe(`${text} b`);
  });

  test.each([
    ["an unknown charset", "=?x-unknown?Q?ceo=40bank.com?="],
    ["a charset that is refused everywhere", "=?utf-7?Q?ceo=40bank.com?="],
    ["an endless language tag", `=?utf-8*${"a".repeat(1000)}?Q?ceo=40bank.com?=`],
    ["base64 with other characters", "=?utf-8?B?Y2V!vQGJ hbmsuY29t?="],
    ["base64 with a character too many", "=?utf-8?B?Y2VvQGJhbmsuY29tA?="],
    ["base64 in two padded pieces", "=?utf-8?B?Y2VvQA==YmFuay5jb20=?="],
  ])("hides no address in %s", (_, text) => {
    expect(decodeEncodedWords(text)).toBe("ceo@bank.com");
  });

  test("does not decode a second time what was decoded", () => {
    expect(decodeEncodedWords("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=")).toBe("=?utf-8?Q?a?=");
  });

  test("shows U+FFFD for octets that the charset does not have", () => {
    expect(decodeEncodedWords("=?utf-8?Q?=FF?= \xff")).toBe("\ufffd \ufffd");
  });

  test("gives back any text that was encoded in pieces of any size", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 1, max: 20 }), (text, size) => {
        const octets = binary(text.replaceAll("\ufeff", ""));
        const words: string[] = [];
        for (let at = 0; at < octets.length; at += size) {
          words.push(`=?utf-8?B?${btoa(octets.slice(at, at + size))}?=`);
        }
        expect(binary(decodeEncodedWords(words.join(" ")))).toBe(octets);
      }),
    );
  });

  test("answers for any text, also where a quadratic decoder would hang", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("=?", "?=", "?", "q", "b", "utf-8", "=", " ", "\xff", "*")), (pieces) => {
        decodeEncodedWords(pieces.join(""));
      }),
    );
    for (const unit of ["=?", "?=", "=?a?q?", "=?a?q??=", "=?utf-8?q?a?= ", "=?utf-8?q?=", "=?a*", " ", "?"]) {
      decodeEncodedWords(unit.repeat(500_000 / unit.length));
      decodeEncodedWords("=?utf-8?q?" + unit.repeat(500_000 / unit.length));
    }
  });
});

test("hasEncodedWord() finds one anywhere", () => {
  for (const text of ["x=?utf-8?Q?a?=y", "=?utf-8?Q?a?="]) expect(hasEncodedWord(text)).toBe(true);
  expect(hasEncodedWord("=?utf-8?Q?a")).toBe(false);
  expect(hasEncodedWord("a=b?c=d")).toBe(false);
});
