import { matrix, type Table } from "@sigmax/core/data";
import { expect, test } from "vitest";
import { describeColumns } from "./describe.ts";

const table: Table = {
  rows: 4,
  columns: [
    { kind: "numeric", name: "a", values: Float64Array.of(2, 4, 4, 6), missing: null },
    { kind: "numeric", name: "b", values: Float64Array.of(0, -1, 0, 3), missing: Uint8Array.of(1, 0, 1, 0) },
    { kind: "numeric", name: "none", values: new Float64Array(4), missing: new Uint8Array(4).fill(1) },
    {
      kind: "categorical",
      name: "c",
      categories: ["x", "y", "z"],
      codes: Int32Array.of(1, -1, 1, 0),
    },
  ],
};

test("a numeric column: missing values, range, mean and population deviation of the others", () => {
  const [a, b] = describeColumns(table, []);
  expect(a).toEqual({ name: "a", kind: "numeric", missing: 0, min: 2, max: 6, mean: 4, sd: Math.SQRT2 });
  expect(b).toEqual({ name: "b", kind: "numeric", missing: 2, min: -1, max: 3, mean: 1, sd: 2 });
});

test("a column without a value has no range, mean or deviation", () => {
  expect(describeColumns(table, [])[2]).toEqual({
    name: "none",
    kind: "numeric",
    missing: 4,
    min: null,
    max: null,
    mean: null,
    sd: null,
  });
});

test("a categorical column: missing values, categories, the most frequent first", () => {
  expect(describeColumns(table, [])[3]).toEqual({
    name: "c",
    kind: "categorical",
    missing: 1,
    categories: 3,
    top: [
      { category: "y", rows: 2 },
      { category: "x", rows: 1 },
      { category: "z", rows: 0 },
    ],
  });
});

test("of many categories the five most frequent, equally frequent ones in the order of the file", () => {
  const codes = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 6);
  const categories = ["a", "b", "c", "d", "e", "f", "g"];
  const [facts] = describeColumns(
    { rows: 8, columns: [{ kind: "categorical", name: "c", categories, codes }] },
    [],
  );
  expect(facts).toMatchObject({ categories: 7 });
  expect(facts.kind === "categorical" && facts.top.map(({ category }) => category)).toEqual([
    "g",
    "a",
    "b",
    "c",
    "d",
  ]);
});

test("the columns of a matrix, under the names that are given", () => {
  expect(describeColumns(matrix(Uint8Array.of(0, 255, 10, 255), 2, 2), ["p", "q"])).toEqual([
    { name: "p", kind: "numeric", missing: 0, min: 0, max: 10, mean: 5, sd: 5 },
    { name: "q", kind: "numeric", missing: 0, min: 255, max: 255, mean: 255, sd: 0 },
  ]);
});

test("a constant column has its value as mean, exactly, and no deviation", () => {
  const values = new Float64Array(60_000).fill(0.1);
  const columns = [{ kind: "numeric" as const, name: "a", values, missing: null }];
  expect(describeColumns({ rows: 60_000, columns }, [])[0]).toMatchObject({ mean: 0.1, sd: 0 });
});

test("figures that float64 cannot hold are null", () => {
  const columns = [
    { kind: "numeric" as const, name: "a", values: Float64Array.of(1.7e308, -1.7e308), missing: null },
  ];
  expect(describeColumns({ rows: 2, columns }, [])[0]).toMatchObject({
    min: -1.7e308,
    max: 1.7e308,
    mean: null,
    sd: null,
  });
});
