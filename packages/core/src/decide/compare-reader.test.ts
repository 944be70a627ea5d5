import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { compareReader, pairedInterval } from "./compare-reader.ts";

const classes = ["a", "b"];

/** Rows that call a class, by its index. */
function calls(...called: number[]): Probabilities {
  const values = Float64Array.from(called.flatMap((k) => (k === 0 ? [0.8, 0.2] : [0.2, 0.8])));
  return { rows: called.length, columns: 2, values, unit: "probabilities" };
}

const labels: Labels = { classes, indices: Int32Array.of(0, 0, 1, 1, 1, 0) };

test("errors of model, reader and pair are counted on the rows that the reader answered", () => {
  const found = compareReader(
    {
      model: calls(1, 1, 0, 1, 1, 1),
      pair: calls(0, 1, 1, 1, 1, 1),
      answers: ["a", "b", "a", "b", "b", null],
    },
    labels,
  );
  expect(found).toMatchObject({
    rows: 5,
    model: { errors: 3, rate: 0.6 },
    reader: { errors: 2, rate: 0.4 },
    pair: { errors: 1, rate: 0.2 },
    againstModel: { onlyPair: 2, onlyOther: 0 },
    againstReader: { onlyPair: 1, onlyOther: 0 },
  });
  expect(found.againstModel.p).toBeCloseTo(0.5, 14);
  expect(found.againstReader.p).toBeCloseTo(1, 14);
  expect(found.againstModel.difference).toBeCloseTo(-0.4, 15);
  expect(found.againstModel.interval[0]).toBeLessThan(-0.4);
  expect(found.againstModel.interval[1]).toBeGreaterThan(-0.4);
});

test.each(references.paired)(
  "the interval of the paired counts $counts is Newcombe's",
  ({ counts, interval }) => {
    const [a, b, c, d] = counts;
    const [low, high] = pairedInterval(a, b, c, d, 0.95);
    expect(low).toBeCloseTo(interval[0], 12);
    expect(high).toBeCloseTo(interval[1], 12);
  },
);

test("the published example 36, 12, 2, 0 gives 0.0569 to 0.3404, mirrored when the two change places", () => {
  const [low, high] = pairedInterval(36, 12, 2, 0, 0.95);
  expect([low.toFixed(4), high.toFixed(4)]).toEqual(["0.0569", "0.3404"]);
  const [mirroredLow, mirroredHigh] = pairedInterval(36, 2, 12, 0, 0.95);
  expect(mirroredLow).toBeCloseTo(-high, 14);
  expect(mirroredHigh).toBeCloseTo(-low, 14);
});

test("equals have no difference, and an interval around it all the same", () => {
  const model = calls(0, 0, 1, 1, 1, 0);
  const found = compareReader({ model, pair: model, answers: ["a", "a", "b", "b", "b", "a"] }, labels);
  expect(found.againstModel).toMatchObject({ difference: 0, p: 1, onlyPair: 0, onlyOther: 0 });
  expect(found.againstModel.interval[0]).toBeLessThan(-0.2);
  expect(found.againstModel.interval[1]).toBeGreaterThan(0.2);
});

test("bad input is refused in one sentence", () => {
  const model = calls(0, 0, 1, 1, 1, 0);
  const none = [null, null, null, null, null, null];
  expect(() => compareReader({ model, pair: model, answers: none }, labels)).toThrow(
    new InputError("compareReader: at least one answer is needed, got none"),
  );
  expect(() => compareReader({ model, pair: model, answers: ["x", ...none.slice(1)] }, labels)).toThrow(
    new InputError('compareReader: an answer must be one of a, b, got "x" at row 0'),
  );
  expect(() => compareReader({ model, pair: calls(0), answers: none }, labels)).toThrow(
    /labels must be as many/,
  );
});
