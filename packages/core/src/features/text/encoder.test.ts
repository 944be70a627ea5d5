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
