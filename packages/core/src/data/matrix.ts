import { InputError } from "../errors/index.ts";
import type { ProbabilityValues } from "../functions/index.ts";

/** What a matrix may be made of. uint8 stays uint8 in memory; a scaling recorded beside it gives its unit. */
export type Values = Uint8Array | Float32Array | Float64Array;

/** Numbers that something was computed to. */
export type Floats = Float32Array | Float64Array;

/** A dense table of numbers, row-major: entry (i, j) is `values[i * columns + j]`. */
export interface Matrix<V extends Values = Values> {
  readonly rows: number;
  readonly columns: number;
  readonly values: V;
}

/** rows × classes, in nats, before softmax or sigmoid. Losses and calibrators take these. */
export interface Logits extends Matrix<Floats> {
  readonly unit: "logits";
}

/** rows × classes, each in [0, 1]; the rows of a one-of-K model sum to 1. */
export interface Probabilities extends Matrix<ProbabilityValues> {
  readonly unit: "probabilities";
}

/**
 * A matrix over `values`, which are not copied.
 *
 * @throws InputError when rows × columns is not the number of values, or an entry is NaN or infinite
 */
export function matrix<V extends Values>(values: V, rows: number, columns: number): Matrix<V> {
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 0 || columns < 0)
    throw new InputError(`matrix: rows and columns must be whole numbers, got ${rows} and ${columns}`);
  if (values.length !== rows * columns)
    throw new InputError(
      `matrix: ${rows} rows of ${columns} columns need ${rows * columns} values, got ${values.length}`,
    );
  if (!(values instanceof Uint8Array)) {
    const bad = firstNotFinite(values);
    if (bad < values.length)
      throw new InputError(
        `matrix: values must be finite numbers, got ${values[bad]} at row ${Math.floor(bad / columns)}, column ${bad % columns}`,
      );
  }
  return { rows, columns, values };
}

/** Plain loops, eight numbers a turn: a difference that is not 0 tells. @returns the number of values where all are finite */
function firstNotFinite(values: Floats): number {
  let i = 0;
  for (let end = values.length - 7; i < end; i += 8) {
    const low = values[i] - values[i] + (values[i + 1] - values[i + 1]) + (values[i + 2] - values[i + 2]);
    const middle = values[i + 3] - values[i + 3] + (values[i + 4] - values[i + 4]);
    const high =
      values[i + 5] - values[i + 5] + (values[i + 6] - values[i + 6]) + (values[i + 7] - values[i + 7]);
    if (low + middle + high !== 0) break;
  }
  while (i < values.length && values[i] - values[i] === 0) i++;
  return i;
}

/** Columns below which a loop is faster than a view of each row. */
const mostLoopedColumns = 128;

/** The rows named by `indices`, in that order, copied into a new matrix. */
export function takeRows<V extends Values>(source: Matrix<V>, indices: ArrayLike<number>): Matrix<V> {
  const { columns } = source;
  const values = emptyLike(source.values, indices.length * columns);
  for (let i = 0, at = 0; i < indices.length; i++, at += columns) {
    const start = indices[i] * columns;
    if (columns < mostLoopedColumns)
      for (let j = 0; j < columns; j++) values[at + j] = source.values[start + j];
    else values.set(source.values.subarray(start, start + columns), at);
  }
  return { rows: indices.length, columns, values };
}

/** The numbers [from, to), not copied. */
export function partOf<F extends Floats>(values: F, from: number, to: number): F;
export function partOf(values: Floats, from: number, to: number): Floats {
  return values.subarray(from, to);
}

/** So many zeros, of the same type. */
export function emptyLike<V extends Values>(values: V, length: number): V;
export function emptyLike(values: Values, length: number): Values {
  if (values instanceof Uint8Array) return new Uint8Array(length);
  return values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
