import { expect, test } from "vitest";
import type { Logits } from "../../data/index.ts";
import { softmaxHead } from "../index.ts";

const logits = (columns: number, ...values: number[]): Logits => ({
  rows: values.length / columns,
  columns,
  values: Float32Array.from(values),
  unit: "logits",
});

test("equal logits share, a gap of ln 3 is three to one, and 1000 is certain", () => {
  const { values, unit } = softmaxHead.probabilities(logits(2, 0, 0, Math.log(3), 0, 1000, 0));
  expect(unit).toBe("probabilities");
  expect([...values.subarray(0, 2)]).toEqual([0.5, 0.5]);
  expect(values[2]).toBeCloseTo(0.75, 7); // ln 3 is rounded to float32
  expect([...values.subarray(4)]).toEqual([1, 0]);
});

test("float32 logits become float64 probabilities whose rows sum to 1 within 4 ulp", () => {
  const { values, rows, columns } = softmaxHead.probabilities(logits(3, 0.1, 0.2, 0.3, -5, 7, 80));
  expect(values).toBeInstanceOf(Float64Array);
  expect({ rows, columns }).toEqual({ rows: 2, columns: 3 });
  for (const row of [values.subarray(0, 3), values.subarray(3)])
    expect(Math.abs(row[0] + row[1] + row[2] - 1)).toBeLessThan(4 * 2 ** -52);
});

test("the logits stay as they were", () => {
  const input = logits(2, 1, 2);
  softmaxHead.probabilities(input);
  expect([...input.values]).toEqual([1, 2]);
});
