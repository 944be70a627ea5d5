import { foldsOf, type FoldOptions, type Labels } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { exp, log } from "../kernels/elementary.ts";
import { openElasticNet, type ElasticNetFit, type ElasticNetOptions } from "./elastic-net.ts";
import type { ElasticNetData } from "./net.ts";

export interface PathOptions extends ElasticNetOptions {
  /** λ from high to low. Default: `count` of them, evenly on the logarithmic scale from the largest that matters. */
  readonly lambdas?: readonly number[] | undefined;
  /** Default 100. */
  readonly count?: number;
  /** The last λ over the first. Default 1e-4 where there are more rows than columns, else 1e-2. */
  readonly ratio?: number;
  /** The path ends when so much of the deviance is explained. Default 0.999. */
  readonly mostExplained?: number;
}

/** The optima along a path of λ, each started from the one before. */
export function fitElasticNetPath(
  data: ElasticNetData,
  l1Ratio: number,
  options: PathOptions = {},
): ElasticNetFit[] {
  const { mostExplained = 0.999, signal } = options;
  const net = openElasticNet(data, l1Ratio, options);
  const lambdas = options.lambdas ?? lambdasFrom(net.largestLambda, data, options);
  const fits: ElasticNetFit[] = [];
  for (const lambda of lambdas) {
    if (signal?.aborted) break;
    const fit = net.fit(lambda);
    fits.push(fit);
    if (options.lambdas === undefined && fit.devianceRatio > mostExplained) break;
  }
  return fits;
}

function lambdasOf(data: ElasticNetData, l1Ratio: number, options: PathOptions): readonly number[] {
  return options.lambdas ?? lambdasFrom(openElasticNet(data, l1Ratio).largestLambda, data, options);
}

/** From the largest that matters down, evenly on the logarithmic scale. */
function lambdasFrom(largest: number, { labels, columns }: ElasticNetData, options: PathOptions): number[] {
  const { count = 100, ratio = labels.length > columns ? 1e-4 : 1e-2 } = options;
  const step = log(ratio) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) => largest * exp(i * step));
}

export interface LambdaChoice {
  /** The λ that was taken. */
  readonly lambda: number;
  /** The λ with the lowest log-loss on held-out rows, and the largest whose log-loss is within one standard error of it. */
  readonly minimum: number;
  readonly oneStandardError: number;
  readonly path: readonly {
    readonly lambda: number;
    /** The mean over folds, each as heavy as its rows, in nats a row. */
    readonly logLoss: number;
    /** √(weighted variance between folds / (folds − 1)), as cv.glmnet has it. */
    readonly standardError: number;
  }[];
}

export interface ChoiceOptions extends PathOptions, Omit<FoldOptions, "repeats"> {
  /** "one-standard-error" (default): the strongest penalty that is no clearly worse; "minimum": the lowest log-loss. */
  readonly rule?: "one-standard-error" | "minimum";
  /** The fold of each row, below `folds`, instead of folds that are drawn. */
  readonly foldOfRow?: Uint8Array;
}

/**
 * Chooses λ by cross-validation: the same λs for every fold, those of all rows. Without a fold there are fewer rows, and λ
 * is as much smaller there: what stays the same is the penalty beside the mean loss.
 *
 * @throws InputError when the rows cannot be divided so, or a class has no rows left without one of the folds
 */
export function chooseLambda(
  data: ElasticNetData,
  l1Ratio: number,
  labels: Labels,
  { rule = "one-standard-error", folds = 10, foldOfRow, ...options }: ChoiceOptions = {},
): LambdaChoice {
  const lambdas = lambdasOf(data, l1Ratio, { count: 50, ...options });
  const [foldOf] = foldOfRow ? [foldOfRow] : foldsOf(labels, { ...options, folds });
  const all = weightOf(data);
  // What they choose is a λ out of a few dozen, so they may be rougher than the fit that follows.
  const rough = { tolerance: 1e-6, maxRounds: 200, signal: options.signal };
  const parts = Array.from({ length: folds }, (_, fold) => {
    const rest = partOf(data, foldOf, (each) => each !== fold);
    checkRest(rest, labels);
    const held = partOf(data, foldOf, (each) => each === fold);
    const share = weightOf(rest) / all;
    return { net: openElasticNet(rest, l1Ratio, rough), share, held, weight: weightOf(held) };
  });
  const path: LambdaChoice["path"][number][] = [];
  for (const lambda of lambdas) {
    const losses = parts.map(({ net, share, held }) => meanLoss(held, net.fit(lambda * share).parameters));
    const meanOf = (values: readonly number[]): number =>
      values.reduce((sum, value, fold) => sum + (parts[fold].weight / all) * value, 0);
    const logLoss = meanOf(losses);
    const variance = meanOf(losses.map((loss) => (loss - logLoss) * (loss - logLoss)));
    path.push({ lambda, logLoss, standardError: Math.sqrt(variance / (folds - 1)) });
    if (isPast(path) || options.signal?.aborted) break;
  }
  const best = path.reduce((low, point) => (point.logLoss < low.logLoss ? point : low));
  const simplest = path.find(({ logLoss }) => logLoss <= best.logLoss + best.standardError) ?? best;
  return {
    lambda: rule === "minimum" ? best.lambda : simplest.lambda,
    minimum: best.lambda,
    oneStandardError: simplest.lambda,
    path,
  };
}

function weightOf({ labels, sampleWeights }: ElasticNetData): number {
  return sampleWeights ? sampleWeights.reduce((sum, s) => sum + s, 0) : labels.length;
}

/** @throws InputError when the rows outside a fold have none of some class: its intercept would go to −∞ */
function checkRest({ labels, sampleWeights }: ElasticNetData, { classes }: Labels): void {
  const isSeen = new Uint8Array(classes.length);
  labels.forEach((k, row) => {
    if (!sampleWeights || sampleWeights[row] > 0) isSeen[k] = 1;
  });
  const absent = isSeen.indexOf(0);
  if (absent >= 0)
    throw new InputError(
      `chooseLambda: without one of the folds no row of class "${classes[absent]}" is left to learn from; take fewer folds, or leave the class out`,
    );
}

/** Whether the lowest log-loss lies behind: weaker penalties have only made it worse for a while, and clearly. */
function isPast(path: LambdaChoice["path"]): boolean {
  const best = path.reduce((low, point) => (point.logLoss < low.logLoss ? point : low));
  const last = path[path.length - 1];
  return path.length > path.indexOf(best) + 5 && last.logLoss > best.logLoss + 2 * best.standardError;
}

function partOf(data: ElasticNetData, folds: Uint8Array, holds: (fold: number) => boolean): ElasticNetData {
  const { values, columns, labels, sampleWeights } = data;
  const places: number[] = [];
  folds.forEach((fold, row) => {
    if (holds(fold)) places.push(row);
  });
  const own = new Float64Array(places.length * columns);
  places.forEach((row, i) => own.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return {
    ...data,
    values: own,
    labels: Int32Array.from(places, (row) => labels[row]),
    sampleWeights: sampleWeights && Float64Array.from(places, (row) => sampleWeights[row]),
  };
}

/** Σ s·loss / Σ s */
function meanLoss(
  { values, columns, labels, outputs, sampleWeights }: ElasticNetData,
  parameters: Float64Array,
): number {
  const z = new Float64Array(Math.max(2, outputs));
  let sum = 0;
  let total = 0;
  labels.forEach((label, row) => {
    for (let k = 0; k < outputs; k++) {
      let margin = parameters[outputs * columns + k];
      for (let j = 0; j < columns; j++) margin += parameters[k * columns + j] * values[row * columns + j];
      z[outputs === 1 ? 1 : k] = margin;
    }
    const max = z.reduce((most, value) => Math.max(most, value), -Infinity);
    const s = sampleWeights ? sampleWeights[row] : 1;
    sum += s * (max - z[label] + log(z.reduce((all, value) => all + exp(value - max), 0)));
    total += s;
  });
  return total > 0 ? sum / total : 0;
}
