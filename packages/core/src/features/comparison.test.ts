import { expect, test } from "vitest";
import { tableOf, type Table } from "../data/index.ts";
import { compareTable, fitEncoding } from "./index.ts";

const { columns } = fitEncoding(
  tableOf([
    { age: 20, sex: "male", grade: "1" },
    { age: 40, sex: "female", grade: "2" },
  ]),
);

test("a table like the training rows differs in nothing", () => {
  expect(compareTable(columns, tableOf([{ age: 1, sex: "male", grade: "2" }]))).toEqual({
    absent: [],
    extra: [],
    isReordered: false,
    treated: [],
  });
});

test("names columns that are absent and extra, and tells when the others come in another order", () => {
  const table = tableOf([{ id: 1, sex: "male", age: 3, note: "x" }]);
  expect(compareTable(columns, table)).toMatchObject({
    absent: ["grade"],
    extra: ["id", "note"],
    isReordered: true,
  });
  // An extra column between them, or an absent one, is no other order.
  expect(compareTable(columns, tableOf([{ age: 1, id: 1, grade: "1" }])).isReordered).toBe(false);
});

test("counts the rows that lack a value or have an unseen category, column by column", () => {
  const table = tableOf([
    { age: null, sex: "other", grade: 3 },
    { age: null, sex: "male", grade: 2 },
    { age: 1, sex: null, grade: 3 },
    { age: 2, sex: "none", grade: null },
    { age: 3, sex: "other", grade: 1 },
  ]);
  expect(compareTable(columns, table).treated).toEqual([
    { name: "age", missing: 2, unseen: 0, unseenCategories: [] },
    { name: "sex", missing: 1, unseen: 3, unseenCategories: ["other", "none"] },
    { name: "grade", missing: 1, unseen: 2, unseenCategories: ["3"] },
  ]);
});

test("a category that no row of the table has does not count", () => {
  const column = { kind: "categorical", name: "sex", categories: ["alien", "male", "other"] } as const;
  const table: Table = { rows: 2, columns: [{ ...column, codes: Int32Array.of(1, 2) }] };
  expect(compareTable(columns, table).treated).toEqual([
    { name: "sex", missing: 0, unseen: 1, unseenCategories: ["other"] },
  ]);
});
