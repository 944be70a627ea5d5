import { expect, test } from "vitest";
import { createSparseRows, sparseMatrix, type SparseMatrix } from "../../data/index.ts";
import reference from "../../../test/references/text.json" with { type: "json" };
import { createTextEncoder, fitText, type TextInput, type TextOptions } from "./index.ts";

const { texts, newTexts } = reference;

function fitTexts(values: readonly (string | null)[], options?: TextOptions): TextInput {
  return fitText("text", { rows: values.length, at: (row) => values[row] }, options);
}

function encode(input: TextInput, values: readonly string[]): SparseMatrix {
  const encoder = createTextEncoder(input);
  const rows = createSparseRows();
  for (const value of values) {
    encoder.encode(value, rows, 0);
    rows.endRow();
  }
  return sparseMatrix(rows.take(encoder.width));
}

type ReferenceRow = (readonly number[])[];

/** As scikit-learn's float64 rows are, to the last bits of float32. */
function expectRows({ starts, indices, values }: SparseMatrix, expected: readonly ReferenceRow[]): void {
  expect(starts.length - 1).toBe(expected.length);
  expected.forEach(([columns, numbers], row) => {
    expect([...indices.subarray(starts[row], starts[row + 1])]).toEqual(columns);
    numbers.forEach((number, i) => {
      const distance = Math.abs(values[starts[row] + i] - number);
      expect(distance).toBeLessThanOrEqual(number * 2 ** -24 * (1 + 1e-7));
    });
  });
}

test.each(reference.cases)(
  "$name: terms and features are those of scikit-learn's TfidfVectorizer",
  (known) => {
    const input = fitTexts(texts, textOptions(known.options));
    expect(input.terms).toEqual(known.terms);
    expectRows(encode(input, texts), known.rows);
    expectRows(encode(input, newTexts), known.newRows);
  },
);

test.each(reference.hashed)(
  "hashed to $options.hashed: features are those of scikit-learn's HashingVectorizer without signs, and collisions are counted",
  ({ options, distinct, colliding, rows, newRows }) => {
    const input = fitTexts(texts, textOptions(options));
    expect(input.terms).toBeNull();
    expect(input.learned).toMatchObject({ distinct, colliding });
    expectRows(encode(input, texts), rows);
    expectRows(encode(input, newTexts), newRows);
  },
);

/** JSON knows neither the literals nor the pair. */
function textOptions(options: object): TextOptions {
  return options;
}

test("two texts by hand: counts times ln((1 + n) / (1 + k)) + 1, divided by their length", () => {
  const input = fitTexts(["red red green", "red"]);
  const { values } = encode(input, ["red red green"]);
  const red = 2 * 1; // in both texts: ln(3 / 3) + 1
  const green = Math.log(3 / 2) + 1;
  const norm = Math.hypot(red, green);
  expect([...values]).toEqual([Math.fround(green / norm), Math.fround(red / norm)]);
  const plain = fitTexts(["red red green", "red"], { idf: false, normalized: false, sublinear: true });
  expect([...encode(plain, ["red red"]).values]).toEqual([Math.fround(1 + Math.LN2)]);
});

test("a text that is empty or has no known term is a row of zeros, and does not feel the text before it", () => {
  const input = fitTexts(["red green", "red"]);
  const { starts, values } = encode(input, ["red green", "", "blue", "red green"]);
  expect([...starts]).toEqual([0, 2, 2, 2, 4]);
  expect(values.slice(2)).toEqual(values.slice(0, 2));
});

test("the terms of a text are named with their features and counts, hashed or not", () => {
  const input = fitTexts(["red green", "red"]);
  expect(createTextEncoder(input).termsOf("Red, blue RED green")).toEqual([
    { term: "red", feature: 1, count: 2 },
    { term: "green", feature: 0, count: 1 },
  ]);
  const hashed = fitTexts(["red green"], { hashed: 1000 });
  const { indices } = encode(hashed, ["red blue"]);
  const terms = createTextEncoder(hashed).termsOf("red blue");
  expect(terms.map(({ term }) => term)).toEqual(["red", "blue"]);
  expect(terms.map(({ feature }) => feature).toSorted((a, b) => a - b)).toEqual([...indices]);
});

test("features do not depend on the order of the training texts, and a megabyte is encoded whole", () => {
  const values = texts.map((text, i) => `${text} ${i} common`);
  const input = fitTexts(values, { lengths: [1, 2] });
  const other = fitTexts(values.toReversed(), { lengths: [1, 2] });
  expect(other.terms).toEqual(input.terms);
  expect(encode(other, values)).toEqual(encode(input, values));
  const long = "common dog ".repeat(100_000);
  const { starts } = encode(fitTexts(values), [long, "dog"]);
  expect([...starts]).toEqual([0, 2, 3]);
});
