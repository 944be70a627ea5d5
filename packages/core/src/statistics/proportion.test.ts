import { expect, test } from "vitest";
import references from "../../test/references/distributions.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { clopperPearsonInterval, wilsonInterval } from "./proportion.ts";

test("110 of 114: .913242–.986272 by Wilson, .912596–.990359 by Clopper and Pearson", () => {
  expect(wilsonInterval(110, 114, 0.95).map((end) => end.toFixed(6))).toEqual(["0.913242", "0.986272"]);
  expect(clopperPearsonInterval(110, 114, 0.95).map((end) => end.toFixed(6))).toEqual([
    "0.912596",
    "0.990359",
  ]);
});

test("Wilson agrees with SciPy, and Clopper and Pearson with 60-digit arithmetic, to 13 digits", () => {
  for (const { successes, rows, confidence, wilson, clopperPearson } of references.proportions) {
    const ends = [
      ...wilsonInterval(successes, rows, confidence),
      ...clopperPearsonInterval(successes, rows, confidence),
    ];
    [...wilson, ...clopperPearson].forEach((truth, i) =>
      expect(Math.abs(ends[i] - truth), `${successes} of ${rows}, ${confidence}`).toBeLessThanOrEqual(
        1e-13 * truth + 1e-16,
      ),
    );
  }
});

test("no success has an exact 0 as low end, no failure an exact 1 as high end", () => {
  for (const interval of [wilsonInterval, clopperPearsonInterval]) {
    expect(interval(0, 7, 0.95)[0]).toBe(0);
    expect(interval(7, 7, 0.95)[1]).toBe(1);
    expect(interval(0, 7, 0.95)[1]).toBeCloseTo(1 - interval(7, 7, 0.95)[0], 14);
  }
});

test("counts that are no proportion are refused", () => {
  for (const interval of [wilsonInterval, clopperPearsonInterval]) {
    expect(() => interval(1, 0, 0.95)).toThrow(InputError);
    expect(() => interval(5, 4, 0.95)).toThrow("successes must be in [0, 4], got 5");
    expect(() => interval(-1, 4, 0.95)).toThrow(InputError);
    expect(() => interval(NaN, 4, 0.95)).toThrow(InputError);
    expect(() => interval(1, 4, 95)).toThrow("confidence must be in (0, 1), got 95");
  }
});
