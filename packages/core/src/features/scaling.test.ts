import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrix, takeRows, type Matrix, type Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { applyScaling, fitStandardization } from "./index.ts";

/** The two arrays of a fitted standardization. */
function fit(input: Matrix): { center: number[]; scale: number[] } {
  const scaling = fitStandardization(input);
  if (scaling.kind !== "columns") throw new Error("expected one scale per column");
  return { center: [...scaling.center], scale: [...scaling.scale] };
}

function column(values: readonly number[]): Matrix {
  return matrix(Float64Array.from(values), values.length, 1);
}

/** A table's features, as numbers. */
function standardized(input: Matrix): number[] {
  return [...applyScaling(fitStandardization(input), input).values];
}

describe("fitStandardization", () => {
  test("takes the mean and the population standard deviation: 2, 4, 4, 4, 5, 5, 7, 9 has 5 and 2", () => {
    expect(fit(column([2, 4, 4, 4, 5, 5, 7, 9]))).toEqual({ center: [5], scale: [2] });
  });

  test("keeps columns apart, for bytes, float32 and float64 alike", () => {
    const numbers = [0, 10, 255, 2, 30, 255, 1, 50, 255];
    for (const values of [Uint8Array.from(numbers), Float32Array.from(numbers), Float64Array.from(numbers)]) {
      const { center, scale } = fit(matrix<Values>(values, 3, 3));
      expect(center).toEqual([1, 30, 255]);
      expect(scale[0]).toBeCloseTo(Math.sqrt(2 / 3), 15);
      expect(scale[1]).toBeCloseTo(20 * Math.sqrt(2 / 3), 13);
      expect(scale[2]).toBe(1);
    }
  });

  // 0.1 added 60,000 times and divided is not 0.1: a mean by plain sums gave such columns a spread of 1e-13.
  test.each([0, 0.1, 1 / 3, -1e9 - 0.1, 1e300])(
    "a column of nothing but %d has scale 1 and becomes zero",
    (value) => {
      for (const rows of [1, 2, 150, 60_000]) {
        const input = column(Array<number>(rows).fill(value));
        expect(fit(input)).toEqual({ center: [value], scale: [1] });
        expect(standardized(input).every((x) => x === 0)).toBe(true);
      }
    },
  );

  test("rounding of the last digits is no spread: 0.3 and 0.1 + 0.2 are one value", () => {
    expect(fit(column([0.3, 0.1 + 0.2, 0.3])).scale).toEqual([1]);
  });

  test("a large offset does not swallow a small spread: 1e9 ± 1 becomes ± 1", () => {
    expect(fit(column([1e9 - 1, 1e9 + 1]))).toEqual({ center: [1e9], scale: [1] });
    const values = Array.from({ length: 10_001 }, (_, i) => 1e9 + (i % 2 === 0 ? 1 : -1));
    const { center, scale } = fit(column(values));
    expect(center[0] - 1e9).toBeCloseTo(1 / 10_001, 6); // one step of float64 at 1e9 is 1.2e-7
    expect(scale[0]).toBeCloseTo(1, 7);
    expect(standardized(column(values)).every((x) => Math.abs(Math.abs(x) - 1) < 2e-4)).toBe(true);
  });

  test("standardized columns have mean 0 and deviation 1, whatever their offset and unit", () => {
    const units = fc.constantFrom(1e-6, 1, 1e6);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 300 }),
        units,
        fc.integer({ min: -1000, max: 1000 }),
        (seed, rows, unit, offset) => {
          const generator = createGenerator(seed);
          const features = standardized(
            column(Array.from({ length: rows }, () => unit * (offset + generator.normal()))),
          );
          const mean = features.reduce((sum, x) => sum + x, 0) / rows;
          const square = features.reduce((sum, x) => sum + x * x, 0) / rows;
          // The features are float32, so each is off by up to 6e-8 of itself.
          expect(Math.abs(mean)).toBeLessThan(1e-6);
          expect(Math.abs(square - 1)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  test("learns from the rows it is given and no others", () => {
    const all = column([1, 3, 1000]);
    expect(fit(takeRows(all, [0, 1]))).toEqual({ center: [2], scale: [1] });
  });

  test("refuses numbers whose squares are beyond float64, naming the column", () => {
    expect(() => fitStandardization(matrix(Float64Array.of(1, 1e200, 2, -1e200), 2, 2))).toThrow(
      new InputError("fitStandardization: column 1 holds numbers too large to square"),
    );
    expect(() => fitStandardization(column([1.7e308, -1.7e308]))).toThrow(InputError);
  });

  test("refuses to learn from no rows", () => {
    expect(() => fitStandardization(matrix(new Float64Array(), 0, 3))).toThrow(
      new InputError("fitStandardization: needs one row or more, got none"),
    );
  });
});

describe("applyScaling", () => {
  test("bytes under one scale stay the same bytes; the kernels multiply by its inverse", () => {
    const input = matrix(Uint8Array.of(0, 51, 255, 1), 2, 2);
    const features = applyScaling({ kind: "constant", scale: 255 }, input);
    expect(features.values).toBe(input.values);
    expect(features).toMatchObject({ columns: 2, scale: 1 / 255 });
  });

  test("float32 under one scale stays the same array, float64 becomes float32", () => {
    const single = matrix(Float32Array.of(1, 2), 1, 2);
    expect(applyScaling({ kind: "constant", scale: 4 }, single).values).toBe(single.values);
    expect(applyScaling({ kind: "constant", scale: 4 }, single).scale).toBe(0.25);
    expect(applyScaling({ kind: "constant", scale: 4 }, matrix(Float64Array.of(1, 2), 1, 2))).toEqual({
      values: Float32Array.of(0.25, 0.5),
      columns: 2,
      scale: 1,
    });
  });

  test("columns are centered and scaled each by its own, in float64, before they become float32", () => {
    const scaling = {
      kind: "columns",
      center: Float64Array.of(1e9, 0),
      scale: Float64Array.of(2, 10),
    } as const;
    const input = matrix(Float64Array.of(1e9 + 1, 5, 1e9 - 3, -20), 2, 2);
    expect(applyScaling(scaling, input)).toEqual({
      values: Float32Array.of(0.5, 0.5, -1.5, -2),
      columns: 2,
      scale: 1,
    });
    expect([...input.values]).toEqual([1e9 + 1, 5, 1e9 - 3, -20]);
    const bytes = matrix(Uint8Array.of(0, 255), 1, 2);
    expect([...applyScaling({ ...scaling, center: Float64Array.of(4, 5) }, bytes).values]).toEqual([-2, 25]);
  });

  test("no rows give no features", () => {
    const none = matrix(new Float64Array(), 0, 2);
    expect(
      applyScaling({ kind: "columns", center: new Float64Array(2), scale: Float64Array.of(1, 1) }, none)
        .values,
    ).toHaveLength(0);
  });
});
