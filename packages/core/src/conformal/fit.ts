import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import {
  checkConformity,
  rowConformity,
  type ConformalMethod,
  type ConformityOptions,
} from "./conformity.ts";
import { checkCoverage, checkFeasible, conformalRank } from "./feasibility.ts";
import type { ConformalThreshold } from "./prediction-sets.ts";
import { rowUniforms, type RowIds } from "./row-hash.ts";
import { checkGroups, conformalSets, type ConformalSets } from "./sets.ts";

export interface ConformalOptions {
  /** Default `lac`. */
  readonly method?: ConformalMethod;
  /** The share of rows whose set shall hold their true class, in (0, 1). Default 0.9. */
  readonly coverage?: number;
  /**
   * For whom that shall hold: over all rows; for the rows of each true class; or for each group, given row by row (the
   * values of a column, as `labelsOf` makes them). Default `all`. Groups without rows get no threshold.
   */
  readonly by?: "all" | "class" | Labels;
  /**
   * Chance from a hash of seed and row id breaks ties, so that the coverage is that of the promise and not above, and
   * `aps` and `raps` count only a part of the row's own mass. Default true. Without it, ties can only make sets larger:
   * certain probabilities of 1, equal rows, and in `aps` true classes that were thought the least probable.
   */
  readonly randomized?: boolean;
  readonly seed?: number;
  readonly rowIds?: RowIds | undefined;
  /** Of `raps`: what each rank beyond `freeRank` costs. Default 0.01. */
  readonly penalty?: number;
  /** Of `raps`. Default 5. */
  readonly freeRank?: number;
}

/**
 * Split conformal prediction: the threshold is the ⌈(n + 1) · coverage⌉-th smallest score of the true classes of n rows
 * that no fit has seen. A new row, exchangeable with these, then has its true class in its set with probability at least
 * `coverage` and, ties broken, exactly k / (n + 1): over the draw of the n rows as well; what one draw will give is
 * `coverageBand`.
 *
 * @param probabilities of rows kept for this: neither the model nor its calibrator was fitted on them
 * @throws InputError when probabilities and labels do not fit together, an option is outside its range, or there are too
 *   few rows, in all or of a class or group, to promise the coverage
 * @see Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005), §4; Vovk, Conditional validity of inductive
 *   conformal predictors, ACML 2012
 */
export function fitConformal(
  probabilities: Probabilities,
  labels: Labels,
  {
    method = "lac",
    coverage = 0.9,
    by = "all",
    randomized = true,
    seed = 0,
    rowIds,
    penalty = 0.01,
    freeRank = 5,
  }: ConformalOptions = {},
): ConformalSets {
  const where = "fitConformal";
  checkScores(where, probabilities, labels);
  const { rows } = probabilities;
  checkCoverage(where, coverage, rows);
  const options = { method, penalty, freeRank };
  checkConformity(where, options);
  const portions = typeof by === "string" ? by : "group";
  const owners = ownersOf(where, labels, by);
  const cells = owners.names.map((name, i) => ({ name, rows: owners.rowsOf[i].length }));
  checkFeasible(where, coverage, portions, cells);

  const uniforms = rowUniforms(where, rows, rowIds, { seed, stream: "fit", randomized });
  const conformity = trueConformities(probabilities, labels, options, uniforms);
  const thresholds = cells.map((cell, i) =>
    thresholdOf(cell.name, conformalRank(cell.rows, coverage), owners.rowsOf[i], conformity, uniforms),
  );
  const { classes } = labels;
  return conformalSets({
    kind: "split",
    ...options,
    coverage,
    by: portions,
    randomized,
    seed,
    classes,
    thresholds,
  });
}

/** The conformity of each row's true class. */
export function trueConformities(
  { rows, columns, values }: Probabilities,
  { indices }: Labels,
  options: ConformityOptions,
  uniforms: Float64Array,
): Float64Array {
  const conformityOf = rowConformity(options, columns);
  const ofRow = new Float64Array(columns);
  const output = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    conformityOf(values, row * columns, uniforms[row], ofRow);
    output[row] = ofRow[indices[row]];
  }
  return output;
}

/** Who gets a threshold, and the rows it is learned from. */
function ownersOf(
  where: string,
  labels: Labels,
  by: "all" | "class" | Labels,
): { names: readonly string[]; rowsOf: readonly Uint32Array[] } {
  const rows = labels.indices.length;
  if (by === "all") {
    const all = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) all[row] = row;
    return { names: ["all rows"], rowsOf: [all] };
  }
  if (by === "class") return { names: labels.classes, rowsOf: rowsOfEach(labels) };
  if (typeof by === "string")
    throw new InputError(`${where}: by must be all, class or the groups of the rows, got ${String(by)}`);
  checkGroups(where, by, rows);
  const rowsOf = rowsOfEach(by);
  return {
    names: by.classes.filter((_, group) => rowsOf[group].length > 0),
    rowsOf: rowsOf.filter((own) => own.length > 0),
  };
}

function rowsOfEach({ classes, indices }: Labels): Uint32Array[] {
  const counts = new Uint32Array(classes.length);
  for (let row = 0; row < indices.length; row++) counts[indices[row]]++;
  const output = Array.from(counts, (count) => new Uint32Array(count));
  for (let row = indices.length - 1; row >= 0; row--) output[indices[row]][--counts[indices[row]]] = row;
  return output;
}

/** The rank-th largest conformity and, where rows are tied there, up to which of their uniform numbers it reaches. */
function thresholdOf(
  name: string,
  rank: number,
  ownRows: Uint32Array,
  conformity: Float64Array,
  uniforms: Float64Array,
): ConformalThreshold {
  const rows = ownRows.length;
  const sorted = new Float64Array(rows);
  for (let i = 0; i < rows; i++) sorted[i] = conformity[ownRows[i]];
  sorted.sort();
  const cutoff = sorted[rows - rank];
  let above = 0;
  while (sorted[rows - 1 - above] > cutoff) above++;
  const tied = ownRows.filter((row) => conformity[row] === cutoff);
  const ties = Float64Array.from(tied, (row) => uniforms[row]).toSorted();
  return { name, rows, rank, cutoff, tie: ties[rank - above - 1] };
}
