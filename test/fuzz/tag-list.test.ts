import fc from "fast-check";
import { expect } from "vitest";
import { parseTagList } from "../../src/dkim/tag-list.js";
import { fuzz } from "./campaign.js";

const TAGS = [
  "v=1",
  "a=rsa-sha256",
  " d = example.org ",
  "h=from:\r\n to : subject",
  "b=YWJj\r\n\tZGVm=",
  "t=1=2",
  "x_9=",
  "z=\xc3\xa9",
];

fuzz({
  name: "a tag list that is read says the same when it is written again, tag by tag",
  inputs: fc.shuffledSubarray(TAGS).map((tags) => tags.join(";")),
  words: [";", "=", "\r\n ", " ", "\t", "v=1", "V=1", ";;", "\xff", "\0", "\x7f"],
  check(text) {
    const { tags, error } = parseTagList(text);
    let last = 0;
    for (const { value, start, end } of tags.values()) {
      expect(start).toBeGreaterThan(last);
      expect(text.slice(start, end).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")).toBe(value);
      last = end;
    }
    const written = [...tags].map(([name, { value }]) => `${name}=${value};`).join("");
    const again = parseTagList(written);
    expect([...again.tags].map(([name, { value }]) => [name, value])).toEqual(
      [...tags].map(([name, { value }]) => [name, value]),
    );
    if (error === null)
      expect(parseTagList(`${text.replace(/;[ \t\r\n]*$/, "")};zz9=1`).error).toBe(
        tags.has("zz9") ? "duplicate" : null,
      );
    return [error, [...tags.keys()].join(".")].join();
  },
});
