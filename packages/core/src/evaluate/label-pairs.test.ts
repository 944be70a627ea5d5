import { expect, test } from "vitest";
import { labelSetsOf } from "../../test/label-samples.ts";
import { evaluateLabels, labelPairs } from "./index.ts";
import { labelLogits } from "../../test/label-samples.ts";

test("rows that carry both labels, and each label's own on the diagonal", () => {
  expect([...labelPairs(labelSetsOf(3, [1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0]))]).toEqual([3, 2, 0, 2, 2, 0, 0, 0, 0]); // prettier-ignore
});

test("a label's reliability counts the rows that carry it among those of like probability", () => {
  const [{ reliability, ece }] = evaluateLabels(
    labelLogits(1, [0, 0, 0, 0]),
    labelSetsOf(1, [1, 0, 0, 0]),
  ).perLabel;
  expect(reliability.filter(({ rows }) => rows > 0)).toMatchObject([
    { rows: 4, confidence: 0.5, accuracy: 0.25 },
  ]);
  expect(ece).toBe(0.25);
});
