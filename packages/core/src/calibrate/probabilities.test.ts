import { expect, test } from "vitest";
import type { Probabilities } from "../data/index.ts";
import { softmax } from "../functions/index.ts";
import { logitsOfProbabilities } from "./probabilities.ts";

function probabilities(columns: number, ...values: number[]): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

test("softmax of the logits gives the probabilities back, zeros too", () => {
  const values = [0.2, 0.3, 0.5, 0, 1, 0, 1e-300, 1, 0];
  const logits = logitsOfProbabilities(probabilities(3, ...values));
  softmax(logits.values, 3).forEach((p, i) => expect(p).toBeCloseTo(values[i], 15));
  expect(logits.values[3]).toBe(-Infinity);
});

test("one column is the second of two classes", () => {
  const logits = logitsOfProbabilities(probabilities(1, 0.25, 0, 1, 1e-20));
  expect(logits.columns).toBe(2);
  expect([...logits.values].slice(2, 6)).toEqual([0, -Infinity, -Infinity, 0]);
  expect(logits.values[1] - logits.values[0]).toBeCloseTo(Math.log(1 / 3), 14);
  expect(logits.values[7] - logits.values[6]).toBeCloseTo(Math.log(1e-20), 12);
});

test("what is no probability is refused, with its row", () => {
  expect(() => logitsOfProbabilities(probabilities(2, 0.5, 0.5, 0.5, 0.6))).toThrow(
    "logitsOfProbabilities: probabilities of a row must sum to 1, got 1.1 at row 1",
  );
  expect(() => logitsOfProbabilities(probabilities(2, 1.5, -0.5))).toThrow(
    "logitsOfProbabilities: probabilities must be in [0, 1], got 1.5 at row 0, column 0",
  );
  expect(() => logitsOfProbabilities(probabilities(1, 0.5, NaN))).toThrow(
    "logitsOfProbabilities: probabilities must be in [0, 1], got NaN at row 1",
  );
  expect(() => logitsOfProbabilities({ ...probabilities(1, 0.5), rows: 2 })).toThrow(
    "logitsOfProbabilities: 2 rows of 1 columns need 2 probabilities, got 1",
  );
});
