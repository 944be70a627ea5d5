import { expect, test } from "vitest";
import { sparseMatrix, tableOf, type Row, type SparseMatrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import {
  compareTable,
  createEncoder,
  createSparseEncoder,
  featureNames,
  fitEncoding,
  type TextColumns,
} from "./index.ts";

const rows: Row[] = [
  { title: "red fox", age: 1, body: "the fox jumps", color: "a" },
  { title: "dog", age: 3, body: null, color: "b" },
  { title: "red dog", age: null, body: "the dog", color: "a" },
];

function encoderOf(text: TextColumns) {
  const { columns, scaling } = fitEncoding(tableOf(rows), { text });
  return { columns, scaling, encoder: createSparseEncoder(columns, scaling) };
}

function denseRows({ rows: count, columns, starts, indices, values }: SparseMatrix): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const row = Array.from({ length: columns }, () => 0);
    for (let e = starts[i]; e < starts[i + 1]; e++) row[indices[e]] = values[e];
    return row;
  });
}

test("numbers and categories come first, then the terms of each column of texts", () => {
  const { columns, scaling, encoder } = encoderOf({ title: {}, body: { hashed: 4 } });
  expect(columns.map(({ name }) => name)).toEqual(["age", "color", "title", "body"]);
  expect(featureNames(columns)).toEqual([
    "age",
    "age is missing",
    "color = a",
    "color = b",
    "title: dog",
    "title: fox",
    "title: red",
    "body: #0",
    "body: #1",
    "body: #2",
    "body: #3",
  ]);
  expect(encoder.width).toBe(11);
  expect(scaling.center.length).toBe(4);
});

test("a sparse row holds what the dense encoder and the texts' own give, row by row and from a table", () => {
  const { columns, scaling, encoder } = encoderOf(["title", "body"]);
  const found = sparseMatrix(encoder.openTable(tableOf(rows))(0, 3));
  expect(sparseMatrix(encoder.openTable(tableOf(rows))(1, 2)).values).toEqual(
    found.values.slice(found.starts[1]),
  );
  const dense = createEncoder(columns.slice(0, 2), scaling);
  const block = new Float32Array(12);
  dense.openTable(tableOf(rows))(0, 3, block);
  const all = denseRows(found);
  all.forEach((row, i) => expect(row.slice(0, 4)).toEqual(Array.from(block.subarray(4 * i, 4 * i + 4))));
  const norm = Math.fround(Math.SQRT1_2);
  expect(all[2].slice(4, 7)).toEqual([norm, 0, norm]); // dog and red, in two texts each
  expect(all[1].slice(7).every((value) => value === 0)).toBe(true); // its body is missing
  rows.forEach((row, i) => expect(denseRows(encoder.encodeRow(row))).toEqual([all[i]]));
});

test("terms are told with the row's own features", () => {
  const { columns, encoder } = encoderOf(["title", "body"]);
  const names = featureNames(columns);
  const told = encoder.termsOf(tableOf(rows), 0);
  expect(told.map(({ name }) => name)).toEqual(["title", "body"]);
  for (const { name, terms } of told)
    for (const { term, feature } of terms) expect(names[feature]).toBe(`${name}: ${term}`);
  expect(told[1].terms.map(({ term }) => term)).toEqual(["the", "fox", "jumps"]);
});

test("numbers may be read as texts", () => {
  const { columns } = fitEncoding(tableOf([{ code: 4711 }, { code: 12 }, { code: null }]), {
    text: ["code"],
  });
  expect(featureNames(columns)).toEqual(["code: 12", "code: 4711"]);
});

test("a column that is not there is refused, at fitting and after; a missing text is an empty one, and counted", () => {
  expect(() => fitEncoding(tableOf(rows), { text: ["note"] })).toThrow(
    new InputError(
      'fitEncoding: there is no column "note" to read as text; the columns are title, age, body, color',
    ),
  );
  const { columns, encoder } = encoderOf(["title", "body"]);
  expect(() => encoder.encodeRow({ age: 1, color: "a", title: "x" })).toThrow(
    new InputError("row: the model takes a column that is not there: body"),
  );
  expect(() => encoder.openTable(tableOf([{ age: 1, color: "a", title: "x" }]))).toThrow(
    new InputError("table: the model takes a column that is not there: body"),
  );
  expect(compareTable(columns, tableOf(rows)).treated).toContainEqual({
    name: "body",
    missing: 1,
    unseen: 0,
    unseenCategories: [],
  });
});

test("the dense encoder leaves texts to the sparse one", () => {
  const { columns, scaling } = encoderOf(["title"]);
  expect(() => createEncoder(columns, scaling)).toThrow(
    new InputError(
      'createEncoder: column "title" holds texts, and their features are sparse; createSparseEncoder makes them',
    ),
  );
});
