import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { findDependence } from "./dependence.ts";

const rows = 40;
/** Columns made of five independent ones. */
function columnsOf(make: (base: number[]) => number[]): { values: Float64Array; columns: number } {
  const generator = createGenerator(3);
  const made = Array.from({ length: rows }, () => make(Array.from({ length: 5 }, () => generator.normal())));
  return { values: Float64Array.from(made.flat()), columns: made[0].length };
}

function find(
  data: { values: Float64Array; columns: number },
  sampleWeights: Float64Array | null = null,
): ReturnType<typeof findDependence> {
  return findDependence({ ...data, sampleWeights }, [...Array(data.columns).keys()]);
}

test("independent columns depend on none, however alike and whatever their units", () => {
  expect(find(columnsOf((x) => x))).toBeNull();
  expect(find(columnsOf(([a, b, c]) => [1e6 * a, 1e-6 * (a + 1e-4 * b), 1e4 + c]))).toBeNull();
});

test("of two identical columns the second is named with the first", () => {
  expect(find(columnsOf(([a, b, c]) => [a, b, c, b]))).toEqual({ column: 3, on: [1] });
});

test("units and offsets do not hide a copy", () => {
  expect(find(columnsOf(([a, b, c]) => [a, b, c, 1e6 - 1e-3 * b]))).toEqual({ column: 3, on: [1] });
});

test("a sum is named with its terms, and with no other column", () => {
  expect(find(columnsOf(([a, b, c, d]) => [a, b, c, d, a - 2 * c + 7]))).toEqual({ column: 4, on: [0, 2] });
});

test("indicators of all categories add up to the intercept", () => {
  const { values, columns } = columnsOf(([a, b]) => [b, Number(a < -0.5), Number(a >= -0.5 && a < 0.5), Number(a >= 0.5)]); // prettier-ignore
  expect(find({ values, columns })).toEqual({ column: 3, on: [1, 2] });
});

test("a column that is the same in all rows depends on the intercept alone", () => {
  expect(find(columnsOf(([a, b]) => [a, 0.1, b]))).toEqual({ column: 1, on: [] });
  expect(find(columnsOf(([a]) => [a, 0]))).toEqual({ column: 1, on: [] });
});

test("only chosen columns count, and only rows with a weight", () => {
  const twins = columnsOf(([a, b]) => [a, b, a]);
  expect(findDependence({ ...twins, sampleWeights: null }, [0, 1])).toBeNull();
  expect(findDependence({ ...twins, sampleWeights: null }, [2, 1, 0])).toEqual({ column: 0, on: [2] });
  // The copy is not one in the first row.
  const broken = { ...twins, values: twins.values.with(0, 9) };
  expect(find(broken)).toBeNull();
  expect(find(broken, new Float64Array(rows).fill(1).with(0, 0))).toEqual({ column: 2, on: [0] });
});

test("more columns than rows depend on one another", () => {
  const generator = createGenerator(1);
  const values = Float64Array.from({ length: 3 * 5 }, () => generator.normal());
  expect(find({ values, columns: 5 })).toEqual({ column: 2, on: [0, 1] }); // three rows, one taken by the intercept
});
