import { InputError } from "../errors/index.ts";

/** A threshold and what stands behind it. */
export interface ConformalThreshold {
  /** The class or group it is for; "all rows" where one serves all. */
  readonly name: string;
  /** How many rows it was learned from. */
  readonly rows: number;
  /** Its place among their scores, k = ⌈(rows + 1) · coverage⌉: new rows are covered with probability k / (rows + 1). */
  readonly rank: number;
  /** A class joins the set where its conformity is above this; the q̂ of the papers is 1 − cutoff. */
  readonly cutoff: number;
  /** Where it is equal: joins if the row's own uniform number is at most this. */
  readonly tie: number;
}

/** For each row the classes that it may be. */
export interface PredictionSets {
  readonly rows: number;
  readonly classes: readonly string[];
  /** rows × classes, row-major: 1 where the class is in the row's set. */
  readonly members: Uint8Array;
  /** What was asked for: the share of rows whose true class is in their set. */
  readonly coverage: number;
  /** For which rows it was asked: all together, each true class, or each group. */
  readonly by: "all" | "class" | "group";
  /** The thresholds in use, one, or one per class or group; none where the coverage has no exact law. */
  readonly thresholds: readonly ConformalThreshold[];
  /** With groups the index of each row's threshold. */
  readonly groupOfRow: Int32Array | null;
}

/** How many classes each row's set has. */
export function setSizes({ rows, classes, members }: PredictionSets): Uint32Array {
  const columns = classes.length;
  const sizes = new Uint32Array(rows);
  for (let row = 0, i = 0; row < rows; row++)
    for (const end = i + columns; i < end; i++) sizes[row] += members[i];
  return sizes;
}

/** The names of one row's set, in the order of the classes. */
export function setOfRow({ classes, members }: PredictionSets, row: number): string[] {
  return classes.filter((_, k) => members[row * classes.length + k] === 1);
}

/** What a set of two classes says: only the first class (`one`), only the second (`other`), either (`both`), neither (`none`). */
export type BinaryOutcome = "none" | "one" | "other" | "both";

const outcomes: readonly BinaryOutcome[] = ["none", "one", "other", "both"];

/**
 * The outcome of each row between two classes: `one` and `other` decide, `both` is ambiguous, `none` atypical.
 *
 * @throws InputError when there are not two classes
 */
export function binaryOutcomes({ rows, classes, members }: PredictionSets): BinaryOutcome[] {
  if (classes.length !== 2)
    throw new InputError(`binaryOutcomes: classes must be two, got ${classes.length}`);
  return Array.from({ length: rows }, (_, row) => outcomes[members[2 * row] + 2 * members[2 * row + 1]]);
}
