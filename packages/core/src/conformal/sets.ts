import { listOf, type Labels, type Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkProbabilityRows } from "../evaluate/scores.ts";
import { checkConformity, rowConformity, type ConformityOptions } from "./conformity.ts";
import { checkCoverage, conformalRank } from "./feasibility.ts";
import type { ConformalThreshold, PredictionSets } from "./prediction-sets.ts";
import { rowUniforms, type RowIds } from "./row-hash.ts";

/** All that is needed to give sets again: plain numbers and texts, none of them NaN or infinite. */
export interface ConformalNumbers extends ConformityOptions {
  readonly kind: "split";
  /** Asked for, in (0, 1). */
  readonly coverage: number;
  readonly by: "all" | "class" | "group";
  /** Whether chance, from a hash of the row, breaks ties and shares out the row's own mass in `aps` and `raps`. */
  readonly randomized: boolean;
  readonly seed: number;
  readonly classes: readonly string[];
  /** One; one per class, in their order; or one per group. */
  readonly thresholds: readonly ConformalThreshold[];
}

export interface SetsOptions {
  /** The group of each row, where thresholds go by group. */
  readonly groups?: Labels | undefined;
  /**
   * What the rows are known by, where sets hang on a hash. Default: their place, so give ids when the same rows may come in
   * another order, or in parts.
   */
  readonly rowIds?: RowIds | undefined;
}

/** Thresholds that turn probabilities into label sets. */
export interface ConformalSets extends ConformalNumbers {
  /**
   * The classes that fit each row.
   *
   * @throws InputError when probabilities are none, a group had no threshold, or ids and groups are not as many as rows
   */
  sets(probabilities: Probabilities, options?: SetsOptions): PredictionSets;
}

/**
 * The working object over its numbers, as `fitConformal` returns it and a file holds them.
 *
 * @throws InputError when the numbers are not such
 */
export function conformalSets(numbers: ConformalNumbers): ConformalSets {
  checkNumbers(numbers);
  return {
    ...numbers,
    sets: (probabilities, options = {}) => {
      checkProbabilityRows("sets", probabilities, numbers.classes.length);
      const groupOfRow =
        numbers.by === "group" ? groupsOf(numbers, probabilities.rows, options.groups) : null;
      return {
        rows: probabilities.rows,
        classes: numbers.classes,
        members: membersOf(numbers, probabilities, groupOfRow, options.rowIds),
        coverage: numbers.coverage,
        by: numbers.by,
        thresholds: numbers.thresholds,
        groupOfRow,
      };
    },
  };
}

function checkNumbers({ by, classes, coverage, thresholds, ...options }: ConformalNumbers): void {
  const where = "conformalSets";
  checkConformity(where, options);
  checkCoverage(where, coverage);
  const needed = { all: 1, class: classes.length, group: Math.max(1, thresholds.length) }[by];
  if (thresholds.length !== needed)
    throw new InputError(`${where}: ${needed} thresholds are needed by ${by}, got ${thresholds.length}`);
  for (const { name, rows, rank, cutoff, tie } of thresholds)
    if (
      !(
        rank === conformalRank(rows, coverage) &&
        rank <= rows &&
        Number.isFinite(cutoff) &&
        tie > 0 &&
        tie <= 1
      )
    )
      throw new InputError(
        `${where}: the threshold of "${name}" does not belong to ${rows} rows at a coverage of ${coverage}`,
      );
}

function membersOf(
  { classes, by, thresholds, randomized, seed, ...options }: ConformalNumbers,
  { rows, values }: Probabilities,
  groupOfRow: Int32Array | null,
  rowIds: RowIds | undefined,
): Uint8Array {
  const classCount = classes.length;
  const uniforms = rowUniforms("sets", rows, rowIds, { seed, stream: "apply", randomized });
  const cutoffs = Float64Array.from(thresholds, ({ cutoff }) => cutoff);
  const ties = Float64Array.from(thresholds, ({ tie }) => tie);
  const conformityOf = rowConformity(options, classCount);
  const conformity = new Float64Array(classCount);
  const members = new Uint8Array(rows * classCount);
  for (let row = 0, start = 0; row < rows; row++, start += classCount) {
    const u = uniforms[row];
    conformityOf(values, start, u, conformity);
    for (let k = 0; k < classCount; k++) {
      const t = by === "class" ? k : groupOfRow === null ? 0 : groupOfRow[row];
      if (conformity[k] > cutoffs[t] || (conformity[k] === cutoffs[t] && u <= ties[t]))
        members[start + k] = 1;
    }
  }
  return members;
}

/** The threshold of each row, found by the name of its group. */
function groupsOf({ thresholds }: ConformalNumbers, rows: number, groups: Labels | undefined): Int32Array {
  if (groups === undefined)
    throw new InputError(
      "sets: thresholds go by group, so the group of each row is needed in groups, got none",
    );
  checkGroups("sets", groups, rows);
  const names = thresholds.map(({ name }) => name);
  const places = Int32Array.from(groups.classes, (name) => names.indexOf(name));
  return groups.indices.map((group, row) => {
    if (places[group] < 0)
      throw new InputError(
        `sets: groups must be among those that have a threshold (${listOf(names)}), got "${groups.classes[group]}" at row ${row}`,
      );
    return places[group];
  });
}

/** @throws InputError unless each row has one of the groups named */
export function checkGroups(where: string, { classes, indices }: Labels, rows: number): void {
  if (indices.length !== rows)
    throw new InputError(`${where}: groups must be as many as rows, ${rows}, got ${indices.length}`);
  const wrong = indices.findIndex((group) => !(group >= 0 && group < classes.length));
  if (wrong >= 0)
    throw new InputError(
      `${where}: groups must be integers in [0, ${classes.length}), got ${indices[wrong]} at row ${wrong}`,
    );
}
