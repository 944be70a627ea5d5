import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { tableOf, tableOfColumns, type Cell, type Row, type Table } from "./index.ts";

/** A table's cells as they would be written. */
function cellsOf({ rows, columns }: Table): Cell[][] {
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column) => {
      if (column.kind === "numeric") return column.missing?.[row] ? null : column.values[row];
      return column.codes[row] < 0 ? null : column.categories[column.codes[row]];
    }),
  );
}

describe("tableOf", () => {
  test("makes numbers numeric, texts and booleans categorical", () => {
    const table = tableOf([
      { age: 63, sex: "female", smokes: true },
      { age: 41.5, sex: "male", smokes: false },
      { age: -0, sex: "female", smokes: true },
    ]);
    expect(table).toEqual({
      rows: 3,
      columns: [
        { kind: "numeric", name: "age", values: Float64Array.of(63, 41.5, -0), missing: null },
        { kind: "categorical", name: "sex", categories: ["female", "male"], codes: Int32Array.of(0, 1, 0) },
        { kind: "categorical", name: "smokes", categories: ["true", "false"], codes: Int32Array.of(0, 1, 0) },
      ],
    });
  });

  test("null, undefined and a field that is not there are missing", () => {
    const table = tableOf([{ a: null, b: "x" }, { a: 2, b: undefined }, { a: undefined }, { b: null, c: 1 }]);
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["a", "numeric"],
      ["b", "categorical"],
      ["c", "numeric"],
    ]);
    expect(cellsOf(table)).toEqual([
      [null, "x", null],
      [2, null, null],
      [null, null, null],
      [null, null, 1],
    ]);
    const [a] = table.columns;
    expect(a).toMatchObject({ values: Float64Array.of(0, 2, 0, 0), missing: Uint8Array.of(1, 0, 1, 1) });
  });

  test("a text that reads like a number stays a text, and an empty one is a category", () => {
    const [zip, note] = tableOf([
      { zip: "01234", note: "" },
      { zip: "1234", note: "x" },
    ]).columns;
    expect(zip).toMatchObject({ kind: "categorical", categories: ["01234", "1234"] });
    expect(note).toMatchObject({ categories: ["", "x"] });
  });

  test("a column without any value is numeric, and all of it is missing", () => {
    expect(tableOf([{ a: null }, { a: undefined }]).columns).toEqual([
      { kind: "numeric", name: "a", values: new Float64Array(2), missing: Uint8Array.of(1, 1) },
    ]);
  });

  test("names that every object inherits are columns like others", () => {
    const rows: Row[] = [{ constructor: 1, x: 1 }, { x: 2 }, JSON.parse('{"__proto__": 7, "x": 3}')];
    const table = tableOf(rows);
    expect(table.columns.map(({ name }) => name)).toEqual(["constructor", "x", "__proto__"]);
    expect(cellsOf(table)).toEqual([
      [1, 1, null],
      [null, 2, null],
      [null, 3, 7],
    ]);
  });

  test.each([
    [
      "numbers and a text",
      [{ a: 1 }, { a: 2 }, { a: "3" }],
      'table: column "a" holds numbers, but row 2 has the text "3"; a column is of one kind',
    ],
    [
      "texts and a number",
      [{ a: "x" }, { a: null }, { a: 3 }],
      'table: column "a" holds texts, but row 2 has 3; a column is of one kind',
    ],
    [
      "texts and a boolean",
      [{ a: "true" }, { a: true }],
      'table: column "a" holds texts, but row 1 has true; a column is of one kind',
    ],
    [
      "booleans and a number",
      [{ a: true }, { a: 0 }],
      'table: column "a" holds booleans, but row 1 has 0; a column is of one kind',
    ],
    ["NaN", [{ a: 1 }, { a: NaN }], 'table: column "a" must hold finite numbers, got NaN at row 1'],
    ["infinity", [{ a: -Infinity }], 'table: column "a" must hold finite numbers, got -Infinity at row 0'],
    ["no rows", [], "table: needs one row or more, got none"],
    ["an empty name", [{ "": 1 }], "table: every column needs a name, got an empty one"],
  ] as [string, Row[], string][])("refuses %s", (_name, rows, message) => {
    expect(() => tableOf(rows)).toThrow(new InputError(message));
  });

  test.each([
    [
      [{ when: new Date(0) }],
      'table: column "when" must hold numbers, texts or booleans, got an object at row 0',
    ],
    [
      [{ a: 1 }, { a: [2] }],
      'table: column "a" holds numbers, but row 1 has a list; a column is of one kind',
    ],
    [[{ a: 1n }], 'table: column "a" must hold numbers, texts or booleans, got 1 at row 0'],
    [[{ a: 1 }, null], "table: rows must be objects with a field per column, got null at row 1"],
    [[[1, 2]], "table: rows must be objects with a field per column, got a list at row 0"],
    [["abc"], 'table: rows must be objects with a field per column, got the text "abc" at row 0'],
  ])("refuses what TypeScript would not let through, %#", (rows: unknown, message) => {
    expect(() => Reflect.apply(tableOf, null, [rows])).toThrow(new InputError(message));
  });
});

describe("tableOfColumns", () => {
  test("takes lists and typed arrays, and gives the table of the same rows", () => {
    const table = tableOfColumns({
      age: Float64Array.of(63, 41, 50),
      stage: Uint8Array.of(1, 2, 3),
      sex: ["female", null, "male"],
      dose: [null, 0.5, undefined],
    });
    expect(table).toEqual(
      tableOf([
        { age: 63, stage: 1, sex: "female", dose: null },
        { age: 41, stage: 2, sex: null, dose: 0.5 },
        { age: 50, stage: 3, sex: "male", dose: undefined },
      ]),
    );
  });

  test("does not keep the caller's arrays", () => {
    const values = Float64Array.of(1, 2);
    const table = tableOfColumns({ a: values });
    values[0] = 9;
    expect(cellsOf(table)).toEqual([[1], [2]]);
  });

  test.each([
    [{ a: [1, 2], b: [1] }, 'table: columns must be equally long, but "b" has 1 values and "a" 2'],
    [{ a: Float32Array.of(1, NaN) }, 'table: column "a" must hold finite numbers, got NaN at row 1'],
    [{ a: [1, "x"] }, 'table: column "a" holds numbers, but row 1 has the text "x"; a column is of one kind'],
    [{ a: "xyz" }, 'table: column "a" must be a list of values, got the text "xyz"'],
  ])("refuses %j", (columns, message) => {
    expect(() => tableOfColumns(columns)).toThrow(new InputError(message));
  });

  test.each([[{ a: null }], [{ a: 3 }], [{ a: {} }]])("refuses %j, which is no list", (columns: unknown) => {
    expect(() => Reflect.apply(tableOfColumns, null, [columns])).toThrow(
      /^table: column "a" must be a list of values, got /,
    );
  });
});
