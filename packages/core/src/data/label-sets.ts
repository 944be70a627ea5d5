/** Which labels each row carries: any number of them, also none. */
export interface LabelSets {
  readonly names: readonly string[];
  readonly rows: number;
  /** rows × labels, row-major: 1 where the row carries the label, else 0. */
  readonly values: Uint8Array;
}
