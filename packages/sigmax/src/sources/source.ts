import type { Labels, Matrix, Table, TableColumn } from "@sigmax/core/data";

/** One file, or pair of files, of rows, read whole. */
interface RowsPart {
  /** "train" or "test" where the source brings its own split, else "all". */
  readonly name: "train" | "test" | "all";
  /** A matrix of like numbers, as pixels are, or a table of named columns. */
  readonly data: Matrix | Table;
  /** Null where no classes are known. */
  readonly labels: Labels | null;
  /** SHA-256 of the bytes as they lie in the files, in hexadecimal. */
  readonly sha256: Promise<string>;
}

/** Rows with names, whether or not they have classes. */
export interface Rows {
  /** As the user wrote it. */
  readonly name: string;
  /** The name of the classes; null where there are none. */
  readonly target: string | null;
  readonly columns: readonly string[];
  readonly image: { readonly height: number; readonly width: number } | null;
  /** What all columns are divided by (255 for pixels); null: they are to be standardized. */
  readonly scale: number | null;
  /** What speaks against learning from these rows, a sentence each. */
  readonly doubts: readonly string[];
  readonly parts: readonly RowsPart[];
}

/** Rows with classes: what most commands work on. */
export interface Source extends Rows {
  readonly target: string;
  readonly parts: readonly SourcePart[];
}

export interface SourcePart extends RowsPart {
  readonly labels: Labels;
}

export function isTable(data: Matrix | Table): data is Table {
  return !("values" in data);
}

/** One value of a column; null where it is missing. */
export function cellAt(column: TableColumn, row: number): number | string | null {
  if (column.kind === "categorical")
    return column.codes[row] < 0 ? null : column.categories[column.codes[row]];
  return column.missing?.[row] ? null : column.values[row];
}
