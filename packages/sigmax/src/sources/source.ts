import type { Labels, Matrix } from "@sigmax/core/data";

/** One file, or pair of files, of rows, read whole. */
export interface SourcePart {
  /** "train" or "test" where the source brings its own split, else "all". */
  readonly name: "train" | "test" | "all";
  readonly matrix: Matrix;
  readonly labels: Labels;
  /** SHA-256 of the bytes as they lie in the files, in hexadecimal. */
  readonly sha256: Promise<string>;
}

/** Rows with names: what a command works on. */
export interface Source {
  /** As the user wrote it. */
  readonly name: string;
  readonly target: string;
  readonly columns: readonly string[];
  readonly image: { readonly height: number; readonly width: number } | null;
  /** What all columns are divided by (255 for pixels); null: they are to be standardized. */
  readonly scale: number | null;
  readonly parts: readonly SourcePart[];
}
