import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { table, tableOf, takeTableRows, takeTarget, type TableColumn } from "./index.ts";

const age: TableColumn = { kind: "numeric", name: "age", values: Float64Array.of(1, 2), missing: null };
const sex: TableColumn = {
  kind: "categorical",
  name: "sex",
  categories: ["f", "m"],
  codes: Int32Array.of(1, -1),
};

describe("table", () => {
  test("counts the rows, and keeps the columns as they are", () => {
    const columns = [age, sex];
    expect(table(columns)).toEqual({ rows: 2, columns });
    expect(table(columns).columns[0]).toBe(age);
    expect(table([])).toEqual({ rows: 0, columns: [] });
  });

  test.each<[string, TableColumn[], string]>([
    [
      "two columns of one name",
      [age, { ...sex, name: "age" }],
      'columns need different names, got "age" twice',
    ],
    ["no name", [{ ...age, name: "" }], "every column needs a name, got an empty one"],
    [
      "a longer column",
      [age, { ...sex, codes: Int32Array.of(0, 0, 0) }],
      'columns must be equally long, but "sex" has 3 values and "age" 2',
    ],
    [
      "NaN",
      [{ ...age, kind: "numeric", values: Float64Array.of(0, NaN), missing: null }],
      'column "age" must hold finite numbers, got NaN at row 1',
    ],
    [
      "marks for other rows",
      [{ ...age, kind: "numeric", values: Float64Array.of(0, 1), missing: Uint8Array.of(1) }],
      'column "age" needs one mark of missing per value, got 1 for 2',
    ],
    [
      "a code that is no category",
      [{ kind: "categorical", name: "sex", categories: ["f"], codes: Int32Array.of(0, 1) }],
      'column "sex" has 1 categories, got the code 1 at row 1',
    ],
    [
      "a code below −1",
      [{ kind: "categorical", name: "sex", categories: ["f"], codes: Int32Array.of(-2) }],
      'column "sex" has 1 categories, got the code -2 at row 0',
    ],
    [
      "a category twice",
      [{ kind: "categorical", name: "sex", categories: ["f", "f"], codes: Int32Array.of(0) }],
      'column "sex" lists a category twice',
    ],
  ])("refuses %s", (_name, columns, message) => {
    expect(() => table(columns)).toThrow(new InputError(`table: ${message}`));
  });
});

describe("takeTableRows", () => {
  const whole = tableOf([
    { x: 1, y: null, c: "a" },
    { x: 2, y: 5, c: null },
    { x: 3, y: 6, c: "b" },
  ]);

  test("takes rows in the order asked for, also twice", () => {
    expect(takeTableRows(whole, [2, 0, 0])).toEqual({
      rows: 3,
      columns: [
        { kind: "numeric", name: "x", values: Float64Array.of(3, 1, 1), missing: null },
        { kind: "numeric", name: "y", values: Float64Array.of(6, 0, 0), missing: Uint8Array.of(0, 1, 1) },
        { kind: "categorical", name: "c", categories: ["a", "b"], codes: Int32Array.of(1, 0, 0) },
      ],
    });
  });

  test("marks nothing as missing where the rows taken lack nothing", () => {
    expect(takeTableRows(whole, Uint32Array.of(1, 2)).columns[1]).toMatchObject({ missing: null });
    expect(takeTableRows(whole, []).rows).toBe(0);
  });
});

describe("takeTarget", () => {
  const rows = tableOf([
    { grade: 10, x: 1, kind: "b" },
    { grade: 9, x: 2, kind: "a" },
    { grade: 10, x: 3, kind: "b" },
  ]);

  test("turns a column into labels, classes sorted, and leaves the others", () => {
    const { table: others, labels } = takeTarget(rows, "kind");
    expect(labels).toEqual({ classes: ["a", "b"], indices: Int32Array.of(1, 0, 1) });
    expect(others).toEqual({ rows: 3, columns: [rows.columns[0], rows.columns[1]] });
    expect(takeTarget(rows, "grade").labels).toEqual({
      classes: ["9", "10"],
      indices: Int32Array.of(1, 0, 1),
    });
  });

  test("classes may be given, in their order, also ones without a row", () => {
    expect(takeTarget(rows, "kind", ["c", "b", "a"]).labels).toEqual({
      classes: ["c", "b", "a"],
      indices: Int32Array.of(1, 2, 1),
    });
    expect(() => takeTarget(rows, "kind", ["b"])).toThrow('labels: must be one of b, got "a" at row 1');
  });

  test("a column that is not there is refused with those that are", () => {
    expect(() => takeTarget(rows, "Kind")).toThrow(
      new InputError('table: there is no column "Kind" to be the target; the columns are grade, x, kind'),
    );
  });

  test("a row without a class is refused", () => {
    for (const target of [1, "a"])
      expect(() => takeTarget(tableOf([{ t: target }, { t: null }]), "t")).toThrow(
        new InputError('table: every row needs a class, but "t" is missing at row 1'),
      );
  });
});
