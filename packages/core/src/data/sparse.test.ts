import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { createSparseRows, sparseMatrix, takeSparseRows, type SparseMatrix } from "./index.ts";

// 0 5 0 6 | empty | 7 0 0 8
const small: SparseMatrix = {
  rows: 3,
  columns: 4,
  starts: Uint32Array.of(0, 2, 2, 4),
  indices: Uint32Array.of(1, 3, 0, 3),
  values: Float32Array.of(5, 6, 7, 8),
};

test("a sparse matrix holds the very arrays it was given; a row may be empty", () => {
  const made = sparseMatrix(small);
  expect(made).toEqual(small);
  expect(made.values).toBe(small.values);
  expect(
    sparseMatrix({
      ...small,
      rows: 0,
      starts: Uint32Array.of(0),
      indices: new Uint32Array(),
      values: new Float32Array(),
    }).rows,
  ).toBe(0);
});

test.each<[Partial<SparseMatrix>, string]>([
  [{ rows: 2.5 }, "rows and columns must be whole numbers, got 2.5 and 4"],
  [{ rows: 2 }, "2 rows need 3 starts, got 4"],
  [{ values: Float32Array.of(1) }, "needs one column per value, got 4 columns for 1 values"],
  [{ starts: Uint32Array.of(0, 2, 2, 3) }, "starts must lead from 0 to the number of values, 4, got 0 to 3"],
  [
    { starts: Uint32Array.of(0, 3, 2, 4) },
    "columns must ascend within a row and be below 4, got 0 after 3 at row 0",
  ],
  [{ starts: Uint32Array.of(0, 2, 1, 4) }, "starts must not descend or pass 4, got 2 before 1 at row 1"],
  [{ starts: Uint32Array.of(0, 9, 2, 4) }, "starts must not descend or pass 4, got 0 before 9 at row 0"],
  [
    { indices: Uint32Array.of(1, 1, 0, 3) },
    "columns must ascend within a row and be below 4, got 1 after 1 at row 0",
  ],
  [
    { indices: Uint32Array.of(1, 3, 0, 4) },
    "columns must ascend within a row and be below 4, got 4 after 0 at row 2",
  ],
  [{ values: Float32Array.of(5, 6, NaN, 8) }, "values must be finite numbers, got NaN at row 2, column 0"],
])("a sparse matrix with %j is refused", (change, message) => {
  expect(() => sparseMatrix({ ...small, ...change })).toThrow(new InputError(`sparseMatrix: ${message}`));
});

test("rows are taken in the order asked for, as often as asked for, as a copy", () => {
  const taken = takeSparseRows(small, [2, 1, 0, 2]);
  expect(sparseMatrix(taken)).toEqual({
    rows: 4,
    columns: 4,
    starts: Uint32Array.of(0, 2, 2, 4, 6),
    indices: Uint32Array.of(0, 3, 1, 3, 0, 3),
    values: Float32Array.of(7, 8, 5, 6, 7, 8),
  });
  taken.values[0] = 99;
  expect(small.values[2]).toBe(7);
});

test("rows are written entry by entry, however many come; zeros are left out and a row that was not ended is not there", () => {
  const rows = createSparseRows(0);
  rows.put(1, 5);
  rows.put(2, 0);
  rows.put(3, 6);
  rows.endRow();
  rows.endRow();
  rows.put(0, 7);
  rows.put(3, 8);
  rows.endRow();
  rows.put(2, 9);
  expect(rows.take(4)).toEqual(small);
  rows.clear();
  for (let j = 0; j < 1000; j++) rows.put(j, j + 1);
  rows.endRow();
  const long = sparseMatrix(rows.take(1000));
  expect(long.values.length).toBe(1000);
  expect(long.values[999]).toBe(1000);
});
