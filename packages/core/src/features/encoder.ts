import {
  describe,
  listOf,
  table,
  type CategoricalColumn,
  type Floats,
  type Matrix,
  type NumericColumn,
  type Row,
  type Table,
  type TableColumn,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { featureCount, type DenseInput, type InputColumn } from "./encoding.ts";
import type { Scaling } from "./scaling.ts";

/** Turns rows into the features that `fitEncoding` describes. */
export interface Encoder {
  /** Features per row. */
  readonly width: number;
  /**
   * One row, its fields found by name; fields that are no columns of the model are left aside.
   *
   * @throws InputError when a column is not there, or its value is none that it can have
   */
  encodeRow(row: Row, output: Floats): void;
  /**
   * What encodes rows of a table. Its columns are found by name, in any order, others left aside.
   *
   * @returns writes the features of the rows [first, first + rows) to `output`, row-major
   * @throws InputError when a column is not there, or has texts where the model takes numbers
   */
  openTable(input: Table): EncodeRows;
  /**
   * The same for numbers, the columns in order, as many as the model's.
   *
   * @throws InputError when a column is categorical: numbers alone do not say which is whose
   */
  openMatrix(input: Matrix): EncodeRows;
}

export type EncodeRows = (first: number, rows: number, output: Floats) => void;

/** A column's place among the features. */
interface Place {
  readonly input: DenseInput;
  /** A number's feature. */
  readonly number: number;
  /** The feature of each category. */
  readonly categories: ReadonlyMap<string, number>;
  /** The feature that says "is missing", or −1. */
  readonly missing: number;
}

/**
 * An encoder of columns of which `scaling` was learned. A constant scaling has no mean that a missing value
 * could become, so there it is refused.
 *
 * @throws InputError when a column is of texts, see `createSparseEncoder`
 */
export function createEncoder(inputs: readonly InputColumn[], scaling: Scaling): Encoder {
  const columns = denseInputs(inputs);
  const width = columns.reduce((sum, column) => sum + featureCount(column), 0);
  const center = scaling.kind === "columns" ? scaling.center : new Float64Array(width);
  const scale = scaling.kind === "columns" ? scaling.scale : new Float64Array(width).fill(scaling.scale);
  const hasMeans = scaling.kind === "columns";
  const places = placesOf(columns);
  // Flags and categories are either on or off; a number is missing until it is set, and missing is the mean.
  const on = Float64Array.from(center, (c, j) => (1 - c) / scale[j]);
  const off = Float64Array.from(center, (c, j) => (0 - c) / scale[j]);
  for (const { input, number } of places) if (input.kind === "numeric") off[number] = 0;

  const openNumbers = (place: Place, { name, values, missing }: NumericColumn): EncodeRows => {
    if (missing && !hasMeans) refuseMissing("table", name, ` at row ${missing.indexOf(1)}`);
    const { number, missing: flag } = place;
    const c = center[number];
    const s = scale[number];
    return (first, rows, output) => {
      for (let i = 0, at = 0; i < rows; i++, at += width) {
        if (missing === null || missing[first + i] === 0) output[at + number] = (values[first + i] - c) / s;
        else if (flag >= 0) output[at + flag] = on[flag];
      }
    };
  };
  const openCategories = (place: Place, { categories, codes }: CategoricalColumn): EncodeRows => {
    const features = Int32Array.from(categories, (category) => place.categories.get(category) ?? -1);
    return (first, rows, output) => {
      for (let i = 0, at = 0; i < rows; i++, at += width) {
        const code = codes[first + i];
        const feature = code < 0 ? place.missing : features[code];
        if (feature >= 0) output[at + feature] = on[feature];
      }
    };
  };

  return {
    width,
    encodeRow(row, output) {
      output.set(off);
      for (const { input, number, categories, missing } of places) {
        const { kind, name } = input;
        const cell = row[name];
        let feature = missing;
        if (cell === null || cell === undefined) {
          if (!(name in row)) refuseAbsent("row", columns, (other) => other in row);
          if (!hasMeans) refuseMissing("row", name);
        } else if (kind === "categorical") {
          if (!isCategory(cell)) refuseCell(name, "a text, a boolean or a finite number", cell);
          feature = categories.get(String(cell)) ?? -1;
        } else {
          if (typeof cell !== "number" || !Number.isFinite(cell)) refuseCell(name, "a finite number", cell);
          output[number] = (cell - center[number]) / scale[number];
          feature = -1;
        }
        if (feature >= 0) output[feature] = on[feature];
      }
    },
    openTable(input) {
      const found = columnsOf(input, columns);
      const parts = places.map((place, j) =>
        place.input.kind === "numeric"
          ? openNumbers(place, numericOf(found[j]))
          : openCategories(place, categoricalOf(found[j])),
      );
      return (first, rows, output) => {
        for (let i = 0; i < rows; i++) output.set(off, i * width);
        for (const encode of parts) encode(first, rows, output);
      };
    },
    openMatrix({ columns: count, values }) {
      const categorical = columns.find(({ kind }) => kind === "categorical");
      if (categorical)
        throw new InputError(
          `row: the model's column "${categorical.name}" holds texts, so rows must be objects or a table, not numbers alone`,
        );
      return (first, rows, output) => {
        for (let i = 0; i < rows; i++) {
          output.set(off, i * width);
          for (let j = 0; j < count; j++) {
            const { number } = places[j];
            output[i * width + number] = (values[(first + i) * count + j] - center[number]) / scale[number];
          }
        }
      };
    },
  };
}

function denseInputs(columns: readonly InputColumn[]): DenseInput[] {
  return columns.map((column) => {
    if (column.kind !== "text") return column;
    throw new InputError(
      `createEncoder: column "${column.name}" holds texts, and their features are sparse; createSparseEncoder makes them`,
    );
  });
}

function placesOf(columns: readonly DenseInput[]): Place[] {
  let next = 0;
  return columns.map((input) => {
    const number = input.kind === "numeric" ? next++ : -1;
    const categories = new Map(
      input.kind === "categorical" ? input.categories.map((category) => [category, next++]) : [],
    );
    return { input, number, categories, missing: input.hasMissing ? next++ : -1 };
  });
}

/** A table's columns that a model takes, in the model's order. @throws InputError when one is not there */
export function columnsOf(input: Table, columns: readonly InputColumn[]): TableColumn[] {
  const byName = new Map(table(input.columns).columns.map((column) => [column.name, column]));
  return columns.map(
    ({ name }) => byName.get(name) ?? refuseAbsent("table", columns, (other) => byName.has(other)),
  );
}

/** A column as numbers: one without any value fits, whatever it was taken for. */
function numericOf(column: TableColumn): NumericColumn {
  if (column.kind === "numeric") return column;
  const { name, codes, categories } = column;
  const row = codes.findIndex((code) => code >= 0);
  if (row >= 0)
    throw new InputError(
      `table: column "${name}" must hold numbers, as in training, got ${describe(categories[codes[row]])} at row ${row}`,
    );
  return {
    kind: "numeric",
    name,
    values: new Float64Array(codes.length),
    missing: new Uint8Array(codes.length).fill(1),
  };
}

/** A column as categories, as numbers are written: 1, 2.5. */
export function categoricalOf(column: TableColumn): CategoricalColumn {
  if (column.kind === "categorical") return column;
  const { name, values, missing } = column;
  const places = new Map<number, number>();
  const codes = Int32Array.from(values, (value, row) => {
    if (missing?.[row] === 1) return -1;
    const code = places.get(value) ?? places.size;
    places.set(value, code);
    return code;
  });
  return { kind: "categorical", name, categories: Array.from(places.keys(), String), codes };
}

export function isCategory(cell: unknown): boolean {
  return typeof cell === "number"
    ? Number.isFinite(cell)
    : typeof cell === "string" || typeof cell === "boolean";
}

export function refuseAbsent(
  where: string,
  columns: readonly InputColumn[],
  has: (name: string) => boolean,
): never {
  const absent = columns.map(({ name }) => name).filter((name) => !has(name));
  throw new InputError(
    `${where}: the model takes ${absent.length === 1 ? "a column that is" : "columns that are"} not there: ${listOf(absent)}`,
  );
}

function refuseMissing(where: string, name: string, place = ""): never {
  throw new InputError(
    `${where}: column "${name}" must hold a number, got a missing value${place}; the model has no mean to take instead`,
  );
}

export function refuseCell(name: string, expected: string, cell: unknown): never {
  throw new InputError(
    `row: column "${name}" must be ${expected}, or null where it is missing, got ${describe(cell)}`,
  );
}
