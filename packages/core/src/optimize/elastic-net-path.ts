import { foldsOf, type FoldOptions, type Labels } from "../data/index.ts";
import { exp, log } from "../kernels/elementary.ts";
import {
  openElasticNet,
  type ElasticNetData,
  type ElasticNetFit,
  type ElasticNetOptions,
} from "./elastic-net.ts";

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
    /** Over folds, in nats a row. */
    readonly logLoss: number;
    readonly standardError: number;
  }[];
}

/**
 * Chooses λ by cross-validation: the same λs for every fold, those of all rows.
 *
 * @param rule "one-standard-error": the strongest penalty that is no clearly worse; "minimum": the lowest log-loss
 */
export function chooseLambda(
  data: ElasticNetData,
  l1Ratio: number,
  labels: Labels,
  {
    rule = "one-standard-error",
    ...options
  }: PathOptions & FoldOptions & { readonly rule?: "one-standard-error" | "minimum" } = {},
): LambdaChoice {
  const folds = options.folds ?? 10;
  const lambdas = lambdasOf(data, l1Ratio, { count: 50, ...options });
  // Nobody reads these fits, so they may be rougher than the one that follows.
  const rough = { tolerance: 1e-4, maxRounds: 30, signal: options.signal };
  const parts = foldsOf(labels, { ...options, folds }).flatMap((foldOfRow) =>
    Array.from({ length: folds }, (_, fold) => ({
      net: openElasticNet(
        partOf(data, foldOfRow, (each) => each !== fold),
        l1Ratio,
        rough,
      ),
      held: partOf(data, foldOfRow, (each) => each === fold),
    })),
  );
  const path: LambdaChoice["path"][number][] = [];
  for (const lambda of lambdas) {
    const losses = parts.map(({ net, held }) => meanLoss(held, net.fit(lambda).parameters));
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const variance =
      losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / Math.max(1, losses.length - 1);
    path.push({ lambda, logLoss: mean, standardError: Math.sqrt(variance / losses.length) });
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
  return sum / total;
}
