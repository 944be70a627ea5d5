/**
 * Rows as people have them: named columns, each numbers or categories. A missing value is null at the
 * door; inside it is a mark beside the value, never NaN.
 */
export interface Table {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

export type TableColumn = NumericColumn | CategoricalColumn;

export interface NumericColumn {
  readonly kind: "numeric";
  readonly name: string;
  /** One per row; 0 where missing. All are finite. */
  readonly values: Float64Array;
  /** 1 where the value is missing; null when none is. */
  readonly missing: Uint8Array | null;
}

export interface CategoricalColumn {
  readonly kind: "categorical";
  readonly name: string;
  /** The different values, in the order of first appearance. */
  readonly categories: readonly string[];
  /** One index into `categories` per row; −1 where the value is missing. */
  readonly codes: Int32Array;
}
