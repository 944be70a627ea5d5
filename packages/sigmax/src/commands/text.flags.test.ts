import { expect, test } from "vitest";
import { InputError } from "@sigmax/core";
import { textColumnsOf, textFlags } from "./text.flags.ts";

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
  const parse = (name: "lengths" | "hashed", text: string): unknown => {
    const flag = textFlags[name];
    return flag.kind === "parsed" ? flag.parse.call({ process }, text) : undefined;
  };
  expect(parse("lengths", "2-3")).toEqual([2, 3]);
  expect(parse("lengths", "2")).toEqual([2, 2]);
  for (const text of ["0-1", "3-2", "a", "1-", "1-2-3", ""])
    expect(() => parse("lengths", text)).toThrow(
      `--lengths: expected one or two whole numbers, as 1-2, got ${text}`,
    );
  expect(parse("hashed", "auto")).toBe(2 ** 18);
  expect(parse("hashed", "1000")).toBe(1000);
  expect(() => parse("hashed", "no")).toThrow("--hashed: expected a whole number, 1 or more, got no");
});
