import { expect, test } from "vitest";
import { exclusiveLabelsAdvice, labelsOf, severalLabelsAdvice } from "./index.ts";

const names = ["a", "b", "c"];

test("labels of which every row carries exactly one look mutually exclusive", () => {
  expect(exclusiveLabelsAdvice({ names, rows: 2, values: Uint8Array.of(1, 0, 0, 0, 0, 1) })).toBe(
    "every one of the 2 rows carries exactly one of the 3 labels: they look mutually exclusive, and a softmax over one column of classes would fit better than independent sigmoids",
  );
});

test("one row with none or several is enough to say nothing, and a single label excludes no other", () => {
  expect(exclusiveLabelsAdvice({ names, rows: 2, values: Uint8Array.of(1, 0, 0, 0, 0, 0) })).toBeNull();
  expect(exclusiveLabelsAdvice({ names, rows: 2, values: Uint8Array.of(1, 0, 0, 0, 1, 1) })).toBeNull();
  expect(exclusiveLabelsAdvice({ names: ["a"], rows: 2, values: Uint8Array.of(1, 1) })).toBeNull();
});

test("a class that is a list of names is several labels, a trailing separator is not", () => {
  expect(severalLabelsAdvice(labelsOf(["x", "x;y", "y", "x;y"]))).toBe(
    '2 rows seem to carry several labels at once ("x;y" at row 1), and softmax takes each such list for a class of its own: several labels need independent sigmoids',
  );
  expect(severalLabelsAdvice(labelsOf(["x;", "y", ";"]))).toBeNull();
  expect(severalLabelsAdvice(labelsOf(["x|y", "y"]), "|")).toMatch(/^1 row seems to carry/);
});
