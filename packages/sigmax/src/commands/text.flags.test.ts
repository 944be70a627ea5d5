import { expect, test } from "vitest";
import { InputError } from "@sigmax/core";
import { parseHashed, parseLengths, textColumnsOf } from "./text.flags.ts";

test("each column of texts gets the options that were said", () => {
  expect(textColumnsOf({})).toBeUndefined();
  expect(textColumnsOf({ text: ["a", "b"], lengths: [1, 2], idf: false })).toEqual({
    a: { lengths: [1, 2], idf: false },
    b: { lengths: [1, 2], idf: false },
  });
});

test("an option without a column of texts is refused", () => {
  expect(() => textColumnsOf({ minTexts: 2 })).toThrow(
    new InputError("--min-texts: it says how texts are read; name their columns with --text"),
  );
});

test("lengths are one or two numbers, hashing a number or auto", () => {
  expect(parseLengths("2-3")).toEqual([2, 3]);
  expect(parseLengths("2")).toEqual([2, 2]);
  for (const text of ["0-1", "3-2", "a", "1-", "1-2-3", ""])
    expect(() => parseLengths(text)).toThrow(
      `--lengths: expected one or two whole numbers, as 1-2, got ${text}`,
    );
  expect(parseHashed("auto")).toBe(2 ** 18);
  expect(parseHashed("1000")).toBe(1000);
  expect(() => parseHashed("no")).toThrow("--hashed: expected a whole number, 1 or more, got no");
});
