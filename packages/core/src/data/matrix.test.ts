import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { matrix, takeRows } from "./index.ts";

test("a matrix holds the very values it was given, of any of the three types", () => {
  for (const values of [Uint8Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 2), new Float64Array()]) {
    const columns = values.length / 2;
    expect(matrix(values, 2, columns)).toEqual({ rows: 2, columns, values });
    expect(matrix(values, 2, columns).values).toBe(values);
  }
});

test("rows and columns must be whole numbers", () => {
  const values = new Float32Array(6);
  expect(() => matrix(values, 2.5, 3)).toThrow(
    new InputError("matrix: rows and columns must be whole numbers, got 2.5 and 3"),
  );
  expect(() => matrix(values, -2, -3)).toThrow(
    new InputError("matrix: rows and columns must be whole numbers, got -2 and -3"),
  );
  expect(() => matrix(values, 6, NaN)).toThrow(InputError);
});

test("the values must fill the rows exactly", () => {
  expect(() => matrix(new Uint8Array(7), 2, 3)).toThrow(
    new InputError("matrix: 2 rows of 3 columns need 6 values, got 7"),
  );
  expect(() => matrix(new Uint8Array(5), 2, 3)).toThrow(
    new InputError("matrix: 2 rows of 3 columns need 6 values, got 5"),
  );
});

test.each([NaN, Infinity, -Infinity])("%d is refused, and its place is named", (bad) => {
  for (const values of [Float32Array.of(1, 2, 3, 4, bad, NaN), Float64Array.of(1, 2, 3, 4, bad, NaN)])
    expect(() => matrix(values, 2, 3)).toThrow(
      new InputError(`matrix: values must be finite numbers, got ${bad} at row 1, column 1`),
    );
});

test("rows are taken in the order asked for, as often as asked for, as a copy of the same type", () => {
  for (const values of [
    Uint8Array.of(1, 2, 3, 4, 5, 6),
    Float32Array.of(1, 2, 3, 4, 5, 6),
    Float64Array.of(1, 2, 3, 4, 5, 6),
  ]) {
    const source = matrix(values, 3, 2);
    const taken = takeRows(source, [2, 0, 2]);
    expect(taken).toEqual({ rows: 3, columns: 2, values: new (typeOf(values))([5, 6, 1, 2, 5, 6]) });
    taken.values[0] = 99;
    expect(values[4]).toBe(5);
  }
  expect(takeRows(matrix(new Uint8Array(4), 2, 2), [])).toEqual({
    rows: 0,
    columns: 2,
    values: new Uint8Array(),
  });
});

function typeOf(values: Uint8Array | Float32Array | Float64Array) {
  if (values instanceof Uint8Array) return Uint8Array;
  return values instanceof Float32Array ? Float32Array : Float64Array;
}
