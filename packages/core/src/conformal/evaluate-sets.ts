import type { Labels } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { clopperPearsonInterval, type Interval } from "../statistics/index.ts";
import { bandOf } from "./band.ts";
import { setSizes, type ConformalThreshold, type PredictionSets } from "./prediction-sets.ts";
import { checkGroups } from "./sets.ts";

/** The share of some rows whose set holds their true class. */
export interface ObservedCoverage {
  readonly name: string;
  readonly rows: number;
  readonly covered: number;
  /** covered / rows; null without rows. */
  readonly coverage: number | null;
  /** Of the coverage over the population of these rows, by Clopper and Pearson; null without rows. */
  readonly interval: Interval | null;
  /**
   * Where `coverage` lies at the stated confidence while the promise holds: the beta-binomial law of threshold and test
   * rows; ties that chance does not break may carry it above. Null without rows, or where these rows have no threshold of
   * their own.
   */
  readonly band: Interval | null;
}

export interface SetEvaluation {
  /** What was asked for. */
  readonly promised: number;
  /** Of intervals and bands. */
  readonly confidence: number;
  readonly overall: ObservedCoverage;
  /** Classes in a set, on average: smaller is better at equal coverage. */
  readonly meanSize: number;
  /** Shares of the rows with no class, one, or more; they sum to 1. */
  readonly empty: number;
  readonly single: number;
  readonly multiple: number;
  /** Rows by their true class. */
  readonly perClass: readonly ObservedCoverage[];
  /** Rows by group; empty without groups. */
  readonly perGroup: readonly ObservedCoverage[];
  /** Rows by the size of their set, for the sizes that occur: far below the promise at some size, sets do not adapt to the row. */
  readonly bySize: readonly (ObservedCoverage & { readonly size: number })[];
}

export interface SetEvaluationOptions {
  /** Default 0.95. */
  readonly confidence?: number;
  /** Other groups to look at than those the thresholds go by. */
  readonly groups?: Labels | undefined;
}

/**
 * What label sets did on rows whose classes are known, and that no threshold has seen.
 *
 * @throws InputError when labels or groups are not those of the rows, or confidence is not in (0, 1)
 */
export function evaluateSets(
  sets: PredictionSets,
  labels: Labels,
  { confidence = 0.95, groups }: SetEvaluationOptions = {},
): SetEvaluation {
  const where = "evaluateSets";
  checkLabels(where, sets, labels);
  if (groups) checkGroups(where, groups, sets.rows);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
  const { rows, classes, members, by, thresholds, groupOfRow } = sets;
  const { indices } = labels;
  const covered = indices.map((label, row) => members[row * classes.length + label]);
  const sizes = setSizes(sets);
  const owned = (is: PredictionSets["by"]): readonly ConformalThreshold[] => (by === is ? thresholds : []);
  const tally = (
    names: readonly string[],
    placeOf: ArrayLike<number>,
    own: readonly ConformalThreshold[],
  ): ObservedCoverage[] => {
    const all = new Uint32Array(names.length);
    const held = new Uint32Array(names.length);
    for (let row = 0; row < rows; row++) {
      all[placeOf[row]]++;
      held[placeOf[row]] += covered[row];
    }
    return names.map((name, i) => observed(name, held[i], all[i], own[i], confidence));
  };

  const bySize = tally(
    Array.from({ length: classes.length + 1 }, (_, size) => `size ${size}`),
    sizes,
    [],
  ).map((figures, size) => ({ ...figures, size }));
  const total = bySize.reduce((sum, { size, rows: count }) => sum + size * count, 0);
  const [empty, single] = bySize.map(({ rows: count }) => count);
  return {
    promised: sets.coverage,
    confidence,
    overall: tally(["all rows"], new Uint8Array(rows), owned("all"))[0],
    meanSize: total / rows,
    empty: empty / rows,
    single: single / rows,
    multiple: (rows - empty - single) / rows,
    perClass: tally(classes, indices, owned("class")),
    perGroup: groups
      ? tally(groups.classes, groups.indices, [])
      : groupOfRow
        ? tally(
            thresholds.map(({ name }) => name),
            groupOfRow,
            thresholds,
          )
        : [],
    bySize: bySize.filter(({ rows: count }) => count > 0),
  };
}

function observed(
  name: string,
  covered: number,
  rows: number,
  threshold: ConformalThreshold | undefined,
  confidence: number,
): ObservedCoverage {
  if (rows === 0) return { name, rows, covered, coverage: null, interval: null, band: null };
  return {
    name,
    rows,
    covered,
    coverage: covered / rows,
    interval: clopperPearsonInterval(covered, rows, confidence),
    band: threshold ? bandOf(threshold.rows, threshold.rank, rows, confidence) : null,
  };
}

function checkLabels(where: string, { rows, classes }: PredictionSets, labels: Labels): void {
  if (rows < 1) throw new InputError(`${where}: at least one row is needed, got ${rows}`);
  if (labels.indices.length !== rows)
    throw new InputError(`${where}: labels must be as many as rows, ${rows}, got ${labels.indices.length}`);
  if (labels.classes.length !== classes.length || classes.some((name, k) => labels.classes[k] !== name))
    throw new InputError(
      `${where}: labels must be of the classes of the sets, ${classes.join(", ")}, got ${labels.classes.join(", ")}`,
    );
  const wrong = labels.indices.findIndex((label) => !(label >= 0 && label < classes.length));
  if (wrong >= 0)
    throw new InputError(
      `${where}: labels must be integers in [0, ${classes.length}), got ${labels.indices[wrong]} at row ${wrong}`,
    );
}
