import { InputError } from "@sigmax/core";
import { labelsOf, sortClasses, type Labels, type Matrix, type Values } from "@sigmax/core/data";
import { shortList } from "./suggest.ts";

/** Numbers (or, for labels, texts) in some dimensions, row-major, as IDX, NPY and NPZ files hold them. */
export interface NamedArray {
  /** The file, and the array in it where there are several: for messages. */
  readonly where: string;
  readonly shape: readonly number[];
  readonly values: Values | readonly string[];
}

/**
 * An array as rows: its first dimension counts them, all others together are the columns.
 *
 * @returns and, where a row has two dimensions, the image that it is
 * @throws InputError when it has one dimension or no rows, or holds texts, NaN or infinite numbers
 */
export function rowsIn({ where, shape, values }: NamedArray): {
  readonly matrix: Matrix;
  readonly image: { readonly height: number; readonly width: number } | null;
} {
  const [rows, ...sizes] = shape;
  if (sizes.length === 0)
    throw new InputError(
      `${where}: expected rows of numbers, got one dimension; is this the file of labels?`,
    );
  if (!isNumbers(values)) throw new InputError(`${where}: expected rows of numbers, got texts`);
  if (values.length === 0) throw new InputError(`${where}: the file has no rows`);
  const columns = values.length / rows;
  const bad = values instanceof Uint8Array ? -1 : values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(
      `${where}: expected finite numbers, got ${values[bad]} at row ${Math.floor(bad / columns)}, column ${bad % columns}; a table (.csv, .jsonl) can hold missing values`,
    );
  return {
    matrix: { rows, columns, values },
    image: sizes.length === 2 ? { height: sizes[0], width: sizes[1] } : null,
  };
}

/**
 * Labels of so many rows. Texts are class names. Numbers are names themselves where no classes are given or
 * those are numbers too, else the place of a name in `classes`.
 *
 * @throws InputError when there is not one for each row, or one is no class
 */
export function labelsIn(
  { where, shape, values }: NamedArray,
  rows: { readonly where: string; readonly rows: number },
  classes?: readonly string[],
): Labels {
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1))
    throw new InputError(
      `${where}: expected one label per row, got ${shape.length === 0 ? "one value" : `${shape.join(" × ")} values`}`,
    );
  if (rows.rows !== shape[0])
    throw new InputError(`${rows.where} has ${rows.rows} rows, but ${where} has ${shape[0]} labels`);
  if (isNumbers(values)) return nameNumbers(values, where, classes);
  const strange = classes ? values.findIndex((value) => !classes.includes(value)) : -1;
  if (strange >= 0)
    throw new InputError(
      `${where}: labels must be one of ${shortList(classes ?? [])}, got ${values[strange]} at row ${strange}`,
    );
  return labelsOf(values, classes);
}

function nameNumbers(values: Values, where: string, classes?: readonly string[]): Labels {
  const distinct = distinctIn(values);
  const strange = distinct.find((label) => !Number.isFinite(label));
  if (strange !== undefined)
    throw new InputError(
      `${where}: labels must be numbers, got ${strange} at row ${values.findIndex((label) => !Number.isFinite(label))}`,
    );
  const found = classes ?? sortClasses(distinct.map(String));
  const areNumbers = found.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  const place = new Map(found.map((name, i) => [areNumbers ? Number(name) : i, i]));
  if (!distinct.every((label) => place.has(label))) {
    const row = values.findIndex((label) => !place.has(label));
    const expected = areNumbers
      ? `one of ${shortList(found)}`
      : `whole numbers from 0 to ${found.length - 1}`;
    throw new InputError(`${where}: labels must be ${expected}, got ${values[row]} at row ${row}`);
  }
  const indices = new Int32Array(values.length);
  if (values instanceof Uint8Array) {
    const places = Int32Array.from({ length: 256 }, (_, label) => place.get(label) ?? 0);
    for (let i = 0; i < values.length; i++) indices[i] = places[values[i]];
  } else for (let i = 0; i < values.length; i++) indices[i] = place.get(values[i]) ?? 0;
  return { classes: found, indices };
}

/** Each number once, in the order in which they come; of bytes ascending. */
function distinctIn(values: Values): number[] {
  if (!(values instanceof Uint8Array)) return [...new Set(values)];
  const isSeen = new Uint8Array(256);
  for (let i = 0; i < values.length; i++) isSeen[values[i]] = 1;
  return [...isSeen.keys()].filter((label) => isSeen[label] === 1);
}

function isNumbers(values: NamedArray["values"]): values is Values {
  return ArrayBuffer.isView(values);
}
