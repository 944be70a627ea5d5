import { InputError } from "../errors/index.ts";

/**
 * Rows × columns of which most are 0: compressed sparse rows. Row i has the entries starts[i] … starts[i + 1] − 1,
 * its columns ascending, none twice; what is not there is 0.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 places, from 0 to the number of entries. */
  readonly starts: Uint32Array;
  /** The column of each entry. */
  readonly indices: Uint32Array;
  /** Its value, finite. */
  readonly values: Float32Array;
}

/**
 * A sparse matrix over arrays, which are not copied.
 *
 * @throws InputError when the starts do not lead from 0 to the number of entries, a row's columns do not ascend or
 *   are not below `columns`, or a value is NaN or infinite
 */
export function sparseMatrix({ rows, columns, starts, indices, values }: SparseMatrix): SparseMatrix {
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 0 || columns < 0)
    throw new InputError(`sparseMatrix: rows and columns must be whole numbers, got ${rows} and ${columns}`);
  if (starts.length !== rows + 1)
    throw new InputError(`sparseMatrix: ${rows} rows need ${rows + 1} starts, got ${starts.length}`);
  if (indices.length !== values.length)
    throw new InputError(
      `sparseMatrix: needs one column per value, got ${indices.length} columns for ${values.length} values`,
    );
  if (starts[0] !== 0 || starts[rows] !== values.length)
    throw new InputError(
      `sparseMatrix: starts must lead from 0 to the number of values, ${values.length}, got ${starts[0]} to ${starts[rows]}`,
    );
  for (let row = 0; row < rows; row++) {
    if (starts[row] > starts[row + 1] || starts[row + 1] > values.length)
      throw new InputError(
        `sparseMatrix: starts must not descend or pass ${values.length}, got ${starts[row]} before ${starts[row + 1]} at row ${row}`,
      );
    checkRow(row, columns, indices.subarray(starts[row], starts[row + 1]));
  }
  const bad = firstNotFinite(values);
  if (bad < values.length)
    throw new InputError(
      `sparseMatrix: values must be finite numbers, got ${values[bad]} at row ${rowOf(starts, bad)}, column ${indices[bad]}`,
    );
  return { rows, columns, starts, indices, values };
}

function checkRow(row: number, columns: number, indices: Uint32Array): void {
  let last = -1;
  for (const column of indices) {
    if (column <= last || column >= columns)
      throw new InputError(
        `sparseMatrix: columns must ascend within a row and be below ${columns}, got ${column}${last < 0 ? "" : ` after ${last}`} at row ${row}`,
      );
    last = column;
  }
}

function firstNotFinite(values: Float32Array): number {
  let i = 0;
  while (i < values.length && values[i] - values[i] === 0) i++;
  return i;
}

function rowOf(starts: Uint32Array, entry: number): number {
  return starts.findIndex((start) => start > entry) - 1;
}

/** The rows named by `rows`, in that order, copied into a new matrix. */
export function takeSparseRows(source: SparseMatrix, rows: ArrayLike<number>): SparseMatrix {
  const starts = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++)
    starts[i + 1] = starts[i] + source.starts[rows[i] + 1] - source.starts[rows[i]];
  const indices = new Uint32Array(starts[rows.length]);
  const values = new Float32Array(starts[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    const from = source.starts[rows[i]];
    const to = source.starts[rows[i] + 1];
    indices.set(source.indices.subarray(from, to), starts[i]);
    values.set(source.values.subarray(from, to), starts[i]);
  }
  return { rows: rows.length, columns: source.columns, starts, indices, values };
}

/** Sparse rows that are written one after the other. */
export interface SparseRows {
  /** Puts an entry into the present row, behind those that it has; 0 is left out. */
  put(column: number, value: number): void;
  /** Ends the present row; the next entry belongs to a new one. */
  endRow(): void;
  /** The rows that have been ended, of so many columns, as a copy. */
  take(columns: number): SparseMatrix;
  /** Forgets all rows, but keeps the room that they took. */
  clear(): void;
}

/** @param rows how many are expected; more are taken too */
export function createSparseRows(rows = 1): SparseRows {
  let starts = new Uint32Array(rows + 1);
  let indices = new Uint32Array(64 * rows + 64);
  let values = new Float32Array(64 * rows + 64);
  let row = 0;
  let entries = 0;
  return {
    put(column, value) {
      if (value === 0) return;
      if (entries === values.length) {
        const moreIndices = new Uint32Array(2 * entries);
        const moreValues = new Float32Array(2 * entries);
        moreIndices.set(indices);
        moreValues.set(values);
        indices = moreIndices;
        values = moreValues;
      }
      indices[entries] = column;
      values[entries++] = value;
    },
    endRow() {
      if (row + 2 > starts.length) {
        const more = new Uint32Array(2 * starts.length);
        more.set(starts);
        starts = more;
      }
      starts[++row] = entries;
    },
    take: (columns) => ({
      rows: row,
      columns,
      starts: starts.slice(0, row + 1),
      indices: indices.slice(0, starts[row]),
      values: values.slice(0, starts[row]),
    }),
    clear() {
      row = 0;
      entries = 0;
    },
  };
}
