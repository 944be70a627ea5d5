import type { Labels, Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { featureCount, momentsOf } from "../features/index.ts";
import { log } from "../kernels/elementary.ts";
import type { Features } from "../model/index.ts";

/** Classes above which the square matrices over them that the exact solvers keep are too large. */
const mostClasses = 2000;

/**
 * @throws InputError when there are very many classes, or one has no rows of some weight: its intercept, which is free,
 *   would go to −∞
 */
export function checkClasses(
  { classes }: Labels,
  totals: Float64Array,
  sampleWeights: Float64Array | null,
): void {
  if (classes.length > mostClasses)
    throw new InputError(
      `fitClassifier: solver: an exact one takes at most ${mostClasses} classes, got ${classes.length}; take adam or sgd, which learn very many a tile at a time`,
    );
  const absent = totals.indexOf(0);
  if (absent >= 0)
    throw new InputError(
      `fitClassifier: class "${classes[absent]}" has no training rows${sampleWeights ? " of positive weight" : ""}, so there is no finite optimum; leave the class out`,
    );
}

/** @throws InputError when a number is beyond what float32 holds */
export function checkRounded(values: Float64Array, columns: number): void {
  const place = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (place < 0) return;
  throw new InputError(
    `fitClassifier: scaling: so many numbers are fitted in float32, which ends at 3.4e38, got ${values[place]} at row ${Math.floor(place / columns)}, column ${place % columns}; take "standardize"`,
  );
}

/** What a weight is multiplied by to be in the units of the penalty. */
export function unitFactors(
  { scaling, columns }: Features,
  { values, scale }: { values: Values; scale: number },
  units: "standardized" | "original",
): Float64Array {
  if (scaling.kind === "columns")
    return units === "original"
      ? scaling.scale.map((each) => 1 / each)
      : new Float64Array(columns.length).fill(1);
  if (units === "original") return new Float64Array(columns.length).fill(1);
  const { deviation } = momentsOf({ rows: values.length / columns.length, columns: columns.length, values });
  return deviation.map((each) => (each === 0 ? 1 : scale * each));
}

/**
 * λⱼ of each feature, for weights in its units. A column that is the same in all rows needs some penalty, since nothing
 * else holds its weight at 0.
 *
 * @returns also the columns whose weights are 0 for that reason alone
 */
export function penaltiesOf(
  features: Features,
  rows: { values: Values; scale: number },
  l2: number,
  units: "standardized" | "original",
): { lambda: Float64Array; fixed: readonly number[] } {
  if (l2 > 0)
    return {
      lambda: unitFactors(features, rows, units).map((factor) => l2 * factor * factor),
      fixed: constantColumns(rows.values, features.columns.length),
    };
  const columns = features.columns.length;
  const { deviation } = momentsOf({ rows: rows.values.length / columns, columns, values: rows.values });
  const fixed = [...deviation.keys()].filter((j) => deviation[j] === 0);
  return { lambda: deviation.map((each) => (each === 0 ? 1 : 0)), fixed };
}

/** Columns with one value in all rows: the intercept does what they could, so a penalty leaves their weights at 0. */
function constantColumns(values: Values, columns: number): number[] {
  const isConstant = (j: number): boolean => {
    for (let i = j; i < values.length; i += columns) if (values[i] !== values[j]) return false;
    return true;
  };
  return Array.from({ length: columns }, (_, j) => j).filter(isConstant);
}

/**
 * Without a penalty one category of each column must be the reference of the others, since together they say what the
 * intercept says: the features of the first one become 0, and so does its weight.
 */
export function silenceReferences({ table, columns }: Features, output: Values): void {
  let next = 0;
  for (const input of table ?? []) {
    if (input.kind === "categorical")
      for (let i = next; i < output.length; i += columns.length) output[i] = 0;
    next += featureCount(input);
  }
}

/** Σ s ln π of each row's class, π its weighted share: what intercepts alone reach. */
export function nullLogLikelihood(totals: Float64Array): number {
  const all = totals.reduce((sum, total) => sum + total, 0);
  return totals.reduce((sum, total) => (total > 0 ? sum + total * log(total / all) : sum), 0);
}
