import type { Matrix, Table } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createSparseEncoder, featureCount } from "../features/index.ts";
import { linearLayerOf, takesTexts, type Classifier } from "../model/index.ts";
import { normalQuantile, type Interval } from "../statistics/index.ts";
import { checkConfidence } from "./confidence.ts";
import { fullCovarianceOf } from "./full-covariance.ts";

/** What one column of a row adds to the log-odds of a class. */
export interface Contribution {
  readonly column: string;
  /** In nats; 0 where the column is at its mean (numbers) or has no category that the model knows. */
  readonly logOdds: number;
  /** Null where the model keeps no covariance. */
  readonly interval: Interval | null;
  /** Of one term of a column of texts, which is then named "column: term": how often the row has it. */
  readonly count?: number;
}

/** Why one row has the logit that it has. `baseline` and the contributions sum to `logit`, but for rounding. */
export interface Explanation {
  readonly class: string;
  /** What the odds are against: a class, null for the geometric mean of all classes, or "without" a label where rows carry several. */
  readonly against: string | null;
  readonly logit: number;
  /** The logit of a row with every number at its training mean and no category. */
  readonly baseline: Contribution;
  /** In the order of the columns; of a column of texts one for each term of the row that has a weight. */
  readonly contributions: readonly Contribution[];
}

export interface ContributionOptions {
  /** The class or label to explain. Default: the most probable one. */
  readonly class?: string | undefined;
  /** Another class; default: the other one of two, else all together (their mean logit). */
  readonly against?: string | undefined;
  readonly confidence?: number;
}

/**
 * The log-odds of a class for one row, taken apart by column: exact, since the model is linear in its features.
 *
 * @param input one row: a table or a matrix with one row
 * @throws InputError when there is not one row, a class is none of the model's, the model does not take the row, or confidence
 *   is not in (0, 1)
 */
export function contributions(
  model: Classifier,
  input: Matrix | Table,
  { class: wanted, against, confidence = 0.95 }: ContributionOptions = {},
): Explanation {
  checkConfidence("contributions", confidence);
  if (input.rows !== 1) throw new InputError(`contributions: expected one row, got ${input.rows}`);
  const { classes, head, inference, features } = model;
  const { weights, bias } = linearLayerOf(model, "contributions");
  const place = (name: string): number => {
    const k = classes.indexOf(name);
    if (k < 0)
      throw new InputError(
        `contributions: there is no class "${name}"; the classes are ${classes.join(", ")}`,
      );
    return k;
  };
  const k = wanted === undefined ? mostProbable(model.logits(input).values) : place(wanted);
  if (!head.isExclusive && against !== undefined)
    throw new InputError("contributions: a label is held against its absence; leave `against` out");
  const other =
    against !== undefined ? place(against) : head.isExclusive && classes.length === 2 ? 1 - k : null;
  if (other === k) throw new InputError(`contributions: "${classes[k]}" cannot be held against itself`);
  const columns = features.columns.length;
  const size = columns + 1;
  const own = (output: number, j: number): number =>
    j < columns ? weights[output * columns + j] : bias[output];

  // The logit asked for is Σ c_l η_l over the contrasts η of the classes l ≥ 1 to class 0; of a label it is its own.
  const contrasts = head.isExclusive ? classes.length - 1 : 0;
  const c = Float64Array.from(
    { length: contrasts },
    (_, l) => (l + 1 === k ? 1 : 0) - (other === null ? 1 / classes.length : l + 1 === other ? 1 : 0),
  );
  const beta = (j: number): number => {
    if (!head.isExclusive) return own(k, j);
    let sum = 0;
    for (let l = 0; l < contrasts; l++)
      sum += c[l] * (head.kind === "sigmoid" ? own(0, j) : own(l + 1, j) - own(0, j));
    return sum;
  };
  const explained = (baseline: Contribution, parts: readonly Contribution[]): Explanation => ({
    class: classes[k],
    against: head.isExclusive ? (other === null ? null : classes[other]) : `without ${classes[k]}`,
    logit: parts.reduce((sum, { logOdds }) => sum + logOdds, baseline.logOdds),
    baseline,
    contributions: parts,
  });
  if (takesTexts(model)) {
    const baseline = { column: "(baseline)", logOdds: beta(columns), interval: null };
    return explained(baseline, partsOfTexts(model, input, beta));
  }
  const { values } = model.encode(input);
  const covariance = fullCovarianceOf(inference);
  const p = contrasts * size;
  const quantile = normalQuantile((1 + confidence) / 2);

  /** The sum over some features (the last is the intercept, worth 1), with its interval. */
  const part = (column: string, places: readonly number[]): Contribution => {
    const x = (j: number): number => (j < columns ? values[j] : 1);
    const logOdds = places.reduce((sum, j) => sum + beta(j) * x(j), 0);
    if (!covariance) return { column, logOdds, interval: null };
    let variance = 0;
    for (let l = 0; l < contrasts; l++)
      for (let m = 0; m < contrasts; m++)
        for (const i of places)
          for (const j of places)
            variance += c[l] * c[m] * x(i) * x(j) * covariance[(l * size + i) * p + m * size + j];
    const half = quantile * Math.sqrt(Math.max(0, variance));
    return { column, logOdds, interval: [logOdds - half, logOdds + half] };
  };
  const baseline = part("(baseline)", [columns]);
  const parts = featurePlaces(model).map(({ name, places }) => part(name, places));
  return explained(baseline, parts);
}

/** What the columns that are not of texts add, and each term of those that are. A feature that terms share is theirs by how often each comes. */
function partsOfTexts(
  { features: { table: columns = [], scaling } }: Classifier,
  input: Matrix | Table,
  beta: (feature: number) => number,
): Contribution[] {
  if ("values" in input || scaling.kind !== "columns")
    throw new InputError("contributions: the model takes texts, which are no numbers; give a table");
  const encoder = createSparseEncoder(columns, scaling);
  const { indices, values } = encoder.openTable(input)(0, 1);
  const found = new Map(Array.from(indices, (feature, i) => [feature, beta(feature) * values[i]]));
  let next = 0;
  const dense = columns.flatMap((column) => {
    if (column.kind === "text") return [];
    const first = next;
    next += featureCount(column);
    let logOdds = 0;
    for (let j = first; j < next; j++) logOdds += found.get(j) ?? 0;
    return [{ column: column.name, logOdds, interval: null }];
  });
  const terms = encoder.termsOf(input, 0).flatMap(({ name, terms: own }) => {
    const totals = new Map<number, number>();
    for (const { feature, count } of own) totals.set(feature, (totals.get(feature) ?? 0) + count);
    return own.map(({ term, feature, count }) => ({
      column: `${name}: ${term}`,
      logOdds: ((found.get(feature) ?? 0) * count) / (totals.get(feature) ?? 1),
      interval: null,
      count,
    }));
  });
  return [...dense, ...terms];
}

/** Which features each input column became. */
function featurePlaces({ features }: Classifier): { name: string; places: number[] }[] {
  let next = 0;
  const take = (count: number): number[] => Array.from({ length: count }, () => next++);
  if (!features.table) return features.columns.map((name) => ({ name, places: take(1) }));
  return features.table.map((column) => ({ name: column.name, places: take(featureCount(column)) }));
}

function mostProbable(logits: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < logits.length; k++) if (logits[k] > logits[best]) best = k;
  return best;
}
