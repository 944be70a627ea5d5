import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  matrix,
  tableOf,
  takeTableRows,
  type Cell,
  type Row,
  type Table,
  type TableColumn,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { applyScaling, createEncoder, featureNames, fitEncoding, fitStandardization } from "./index.ts";

/** The features of every row, a list each. */
function encode(train: Table, input: Table): number[][] {
  const { columns, scaling } = fitEncoding(train);
  const encoder = createEncoder(columns, scaling);
  const output = new Float32Array(input.rows * encoder.width).fill(NaN); // whatever was there before
  encoder.openTable(input)(0, input.rows, output);
  return Array.from({ length: input.rows }, (_, i) => [
    ...output.subarray(i * encoder.width, (i + 1) * encoder.width),
  ]);
}

function encodeRow(train: Table, row: Row): number[] {
  const { columns, scaling } = fitEncoding(train);
  const encoder = createEncoder(columns, scaling);
  const output = new Float32Array(encoder.width).fill(NaN);
  encoder.encodeRow(row, output);
  return [...output];
}

const patients = tableOf([
  { age: 20, sex: "male", ward: 3, dose: null },
  { age: 40, sex: "female", ward: 3, dose: 1 },
  { age: null, sex: null, ward: 3, dose: 3 },
  { age: 60, sex: "male", ward: 3, dose: 2 },
]);
const deviation = Math.sqrt(800 / 3);

describe("fitEncoding", () => {
  test("learns mean and population deviation of the values that are there, and which categories there are", () => {
    const { columns, scaling } = fitEncoding(patients);
    expect(columns).toEqual([
      { kind: "numeric", name: "age", hasMissing: true, missingRows: 1 },
      {
        kind: "categorical",
        name: "sex",
        categories: ["female", "male"],
        categoryRows: [1, 2],
        hasMissing: true,
        missingRows: 1,
      },
      { kind: "numeric", name: "ward", hasMissing: false, missingRows: 0 },
      { kind: "numeric", name: "dose", hasMissing: true, missingRows: 1 },
    ]);
    expect(featureNames(columns)).toEqual([
      "age",
      "age is missing",
      "sex = female",
      "sex = male",
      "sex is missing",
      "ward",
      "dose",
      "dose is missing",
    ]);
    expect([...scaling.center]).toEqual([40, 0, 0, 0, 0, 3, 2, 0]);
    expect(scaling.scale[0]).toBeCloseTo(deviation, 13);
    expect(scaling.scale[6]).toBeCloseTo(Math.sqrt(2 / 3), 15);
    expect([1, 2, 3, 4, 5, 7].map((j) => scaling.scale[j])).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test("sorts categories as classes are sorted, whatever order the rows have", () => {
    const grades = tableOf(["10", "9", "1e3", "9"].map((grade) => ({ grade, name: `n${grade}` })));
    const reversed = takeTableRows(grades, [3, 2, 1, 0]);
    expect(fitEncoding(grades).columns).toMatchObject([
      { categories: ["9", "10", "1e3"] },
      { categories: ["n10", "n1e3", "n9"] },
    ]);
    expect(fitEncoding(reversed)).toEqual(fitEncoding(grades));
  });

  test("knows nothing of categories that only other rows of the source have", () => {
    const all = tableOf([{ c: "x" }, { c: "y" }, { c: "z" }, { c: "y" }]);
    expect(fitEncoding(takeTableRows(all, [1, 3])).columns).toMatchObject([{ categories: ["y"] }]);
  });

  test("standardizes numbers as it is done for a matrix, to the last bit", () => {
    const rows = Array.from({ length: 57 }, (_, i) => ({ a: i * 0.1, b: 1e6 + (i % 7) / 3 }));
    const numbers = matrix(Float64Array.from(rows.flatMap(({ a, b }) => [a, b])), 57, 2);
    expect(fitEncoding(tableOf(rows)).scaling).toEqual(fitStandardization(numbers));
    const expected = applyScaling(fitStandardization(numbers), numbers).values;
    expect(encode(tableOf(rows), tableOf(rows)).flat()).toEqual([...expected]);
  });

  test("a number too large to square is refused with its column", () => {
    expect(() => fitEncoding(tableOf([{ x: 1e200 }, { x: 0 }]))).toThrow(
      new InputError('fitStandardization: column "x" holds numbers too large to square'),
    );
  });

  test("no rows are refused", () => {
    expect(() => fitEncoding({ rows: 0, columns: [] })).toThrow(
      new InputError("fitEncoding: needs one row or more, got none"),
    );
  });
});

describe("features of rows", () => {
  test("are standardized numbers, one-hot categories, and marks of what is missing", () => {
    const f = Math.fround;
    expect(encode(patients, patients)).toEqual([
      [f(-20 / deviation), 0, 0, 1, 0, 0, 0, 1],
      [0, 0, 1, 0, 0, 0, f(-1 / Math.sqrt(2 / 3)), 0],
      [0, 1, 0, 0, 1, 0, f(1 / Math.sqrt(2 / 3)), 0],
      [f(20 / deviation), 0, 0, 1, 0, 0, 0, 0],
    ]);
  });

  test("a category that training did not have is none of the known ones", () => {
    expect(encodeRow(patients, { age: 40, sex: "other", ward: 3, dose: 2 })).toEqual(Array(8).fill(0));
  });

  test("missing where training lacked nothing is the mean, or no category", () => {
    const train = tableOf([
      { x: 1, c: "a" },
      { x: 3, c: "b" },
    ]);
    expect(encode(train, tableOf([{ x: null, c: null }]))).toEqual([[0, 0, 0]]);
    expect(encode(train, tableOf([{ x: 5, c: "a" }]))).toEqual([[3, 1, 0]]);
  });

  test("a column without any value in training says so in a feature that is constant, and constants are 0", () => {
    const train = tableOf([
      { x: null, c: "only", n: 7 },
      { x: null, c: "only", n: 7 },
    ]);
    const { columns } = fitEncoding(train);
    expect(featureNames(columns)).toEqual(["x", "x is missing", "c = only", "n"]);
    expect(encode(train, train)).toEqual([Array(4).fill(0), Array(4).fill(0)]);
    // Later on they may differ, by as much as they do.
    expect(encode(train, tableOf([{ x: 5, c: "another", n: 9 }]))).toEqual([[5, -1, -1, 2]]);
  });

  test("columns are found by name, in any order, others left aside", () => {
    const shuffled = tableOf([{ id: "p1", dose: 1, ward: 3, note: null, sex: "female", age: 40 }]);
    expect(encode(patients, shuffled)).toEqual([encode(patients, patients)[1]]);
  });

  test("numbers and booleans are categories by how they are written", () => {
    const train = tableOf([
      { grade: "1", ok: true },
      { grade: "2.5", ok: false },
    ]);
    const expected = [
      [1, 0, 0, 1],
      [0, 1, 1, 0],
    ];
    const numbers = tableOf([
      { grade: 1, ok: "true" },
      { grade: 2.5, ok: "false" },
    ]);
    expect(encode(train, numbers)).toEqual(expected);
    expect([encodeRow(train, { grade: 1, ok: true }), encodeRow(train, { grade: "2.5", ok: false })]).toEqual(
      expected,
    );
    expect(
      encode(
        train,
        tableOf([
          { grade: null, ok: null },
          { grade: 7, ok: true },
        ]),
      ),
    ).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
  });

  test("a table without a value in a column fits, whatever kind the column was taken for", () => {
    const empty = tableOf([{ age: null, sex: null, ward: null, dose: null }]);
    expect(encode(patients, empty)).toEqual([[0, 1, 0, 0, 1, 0, 0, 1]]);
    const texts: Table = {
      rows: 1,
      columns: ["age", "sex", "ward", "dose"].map((name) => ({
        kind: "categorical",
        name,
        categories: [],
        codes: Int32Array.of(-1),
      })),
    };
    expect(encode(patients, texts)).toEqual([[0, 1, 0, 0, 1, 0, 0, 1]]);
  });

  const cell = fc.option(fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000));
  const text = fc.oneof(fc.constant(null), fc.constantFrom("a", "b", "", "constructor", "__proto__"));
  const anyRow = fc.record({ n: cell, c: text, m: cell });

  test("of one row, of a table and of its parts are the same", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), fc.array(anyRow, { minLength: 1 }), (train, rows) => {
        const { columns, scaling } = fitEncoding(tableOf(train));
        fc.pre(columns[1].kind === "categorical"); // a column of nothing but null is numeric
        const input = tableOf(rows);
        const encoder = createEncoder(columns, scaling);
        const { width } = encoder;
        expect(width).toBe(featureNames(columns).length);
        const whole = new Float32Array(rows.length * width);
        const encodeRows = encoder.openTable(input);
        encodeRows(0, rows.length, whole);
        expect(whole.every(Number.isFinite)).toBe(true);
        const part = new Float32Array(width);
        rows.forEach((row, i) => {
          const expected = whole.subarray(i * width, (i + 1) * width);
          encoder.encodeRow(row, part.fill(NaN));
          expect(part).toEqual(expected);
          encodeRows(i, 1, part.fill(NaN));
          expect(part).toEqual(expected);
        });
      }),
    );
  });

  test("of numbers alone go by the order of the columns", () => {
    const train = tableOf([
      { a: 1, b: null },
      { a: 3, b: 10 },
      { a: 5, b: 20 },
    ]);
    const { columns, scaling } = fitEncoding(train);
    const encoder = createEncoder(columns, scaling);
    const output = new Float32Array(6).fill(NaN);
    encoder.openMatrix(matrix(Float64Array.of(9, 9, 3, 10, 5, 20), 3, 2))(1, 2, output);
    expect([...output]).toEqual(encode(train, takeTableRows(train, [1, 2])).flat());
  });
});

describe("what does not fit is refused:", () => {
  const refusals: [string, Row, string][] = [
    [
      "a column that is not there",
      { age: 1, sex: "male", ward: 3 },
      "{where}: the model takes a column that is not there: dose",
    ],
    ["several", { sex: "male" }, "{where}: the model takes columns that are not there: age, ward, dose"],
  ];
  test.each(refusals)("%s", (_name, row, message) => {
    expect(() => encodeRow(patients, row)).toThrow(new InputError(message.replace("{where}", "row")));
    expect(() => encode(patients, tableOf([row]))).toThrow(
      new InputError(message.replace("{where}", "table")),
    );
  });

  test("a text in a column of numbers", () => {
    expect(() => encodeRow(patients, { age: "40", sex: "male", ward: 3, dose: 1 })).toThrow(
      new InputError(
        'row: column "age" must be a finite number, or null where it is missing, got the text "40"',
      ),
    );
    const rows = [
      { age: null, sex: "male", ward: 3, dose: 1 },
      { age: "x", sex: "male", ward: 3, dose: 1 },
    ];
    expect(() => encode(patients, tableOf(rows))).toThrow(
      new InputError('table: column "age" must hold numbers, as in training, got the text "x" at row 1'),
    );
  });

  test.each([NaN, Infinity, true])("%s where a number should be", (age: Cell) => {
    expect(() => encodeRow(patients, { age, sex: "male", ward: 3, dose: 1 })).toThrow(
      `row: column "age" must be a finite number, or null where it is missing, got ${age}`,
    );
  });

  test("NaN as a category", () => {
    expect(() => encodeRow(patients, { age: 1, sex: NaN, ward: 3, dose: 1 })).toThrow(
      'row: column "sex" must be a text, a boolean or a finite number, or null where it is missing, got NaN',
    );
  });

  test("a value of no kind", () => {
    const row = { age: 1, sex: { is: "male" }, ward: 3, dose: 1 };
    expect(() => Reflect.apply(encodeRow, null, [patients, row])).toThrow(
      'row: column "sex" must be a text, a boolean or a finite number, or null where it is missing, got an object',
    );
  });

  test("a table that is none: a value NaN, a name twice", () => {
    const [age, ...others] = patients.columns;
    const broken: TableColumn = {
      kind: "numeric",
      name: "age",
      values: Float64Array.of(1, NaN, 2, 3),
      missing: null,
    };
    expect(() => encode(patients, { rows: 4, columns: [broken, ...others] })).toThrow("got NaN at row 1");
    expect(() => encode(patients, { rows: 4, columns: [age, age, ...others] })).toThrow('got "age" twice');
  });

  test("numbers alone, for a model that also takes texts", () => {
    const { columns, scaling } = fitEncoding(patients);
    expect(() => createEncoder(columns, scaling).openMatrix(matrix(new Float64Array(4), 1, 4))).toThrow(
      new InputError(
        'row: the model\'s column "sex" holds texts, so rows must be objects or a table, not numbers alone',
      ),
    );
  });

  test("missing, where a constant scaling knows no mean", () => {
    const encoder = createEncoder([{ kind: "numeric", name: "x", hasMissing: false }], {
      kind: "constant",
      scale: 4,
    });
    const output = new Float32Array(1);
    encoder.encodeRow({ x: 6 }, output);
    expect(output[0]).toBe(1.5);
    encoder.openTable(tableOf([{ x: 6 }, { x: 10 }]))(1, 1, output);
    expect(output[0]).toBe(2.5);
    const message = 'column "x" must hold a number, got a missing value';
    expect(() => encoder.encodeRow({ x: null }, output)).toThrow(`row: ${message}; the model has no mean`);
    expect(() => encoder.openTable(tableOf([{ x: 1 }, { x: null }]))).toThrow(`table: ${message} at row 1; `);
  });
});
