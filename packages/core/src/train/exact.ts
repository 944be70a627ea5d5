import type { Floats, Labels, Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { momentsOf } from "../features/index.ts";
import { covarianceOf, type InferredFit } from "../inference/index.ts";
import { log } from "../kernels/elementary.ts";
import type { Kernels, LinearSums, Team } from "../kernels/index.ts";
import type { AnyLayer, Features, Head } from "../model/index.ts";
import { optimize, solverFor, type LinearProblem } from "../optimize/index.ts";
import type { PreparedData } from "./data.ts";
import { checkExactOptions, classWeightsOf, type ExactOptions } from "./exact-options.ts";
import { fitByMinibatches, type Fitted } from "./minibatch.ts";
import { refusalOf } from "./obstacle.ts";

/** Numbers of features above which they are kept in float32: float64 would take twice the memory and the time. */
const mostExactNumbers = 2 ** 24;
/** Coefficients, and products, up to which a covariance is made without being asked for. */
const mostCoefficients = 1000;
const mostCovarianceWork = 3e9;
/** Rows from which an exact solution begins with some epochs of minibatches. */
const fewestStartRows = 20_000;

/**
 * The optimum of Σ s·loss + ½ Σⱼ λⱼ Σₖ Wₖⱼ², with a bound that proves how near it is. Tables in float64; bytes,
 * float32 and large tables in float32 with sums in float64.
 *
 * @throws InputError when λ is 0 and there is no finite optimum
 */
export async function fitExactly(
  data: PreparedData,
  head: Head,
  kernels: Kernels,
  team: Team | undefined,
  options: ExactOptions & { readonly solver: "auto" | "newton" | "lbfgs" },
): Promise<Fitted> {
  checkExactOptions(options);
  const { labels, features, rows } = data;
  const { l2 = 1, l1Ratio = 0, correctShares = true, signal } = options;
  const columns = features.columns.length;
  const outputs = head.outputsFor(labels.classes.length);
  const units = options.penaltyUnits ?? (features.scaling.kind === "columns" ? "standardized" : "original");
  const classWeights = classWeightsOf(options.classWeights, labels);
  const sampleWeights = rowWeights(data, classWeights);
  const isSmall = !data.isPlain && rows * columns <= mostExactNumbers;
  const tolerance = options.tolerance ?? (isSmall ? 1e-8 : 1e-6);
  const rowsIn = isSmall ? { values: data.exactValues(), columns, scale: 1 } : data.input();
  if (l2 === 0) silenceReferences(features, rowsIn.values);
  const opened = {
    ...rowsIn,
    labels: labels.indices,
    outputs,
    sampleWeights,
  };
  const isShared = team && (!team.isOptional || isWorthSharing(rows, columns, outputs));
  const sums: LinearSums = kernels.createLinearSums(opened, isShared ? team : undefined);
  const { lambda, fixed } = penaltiesOf(features, opened, l2, units);
  const problem: LinearProblem = {
    sums,
    values: opened.values,
    lambda,
    labels: labels.indices,
    sampleWeights,
    noise: isSmall ? 1e-15 : 2e-8,
  };
  const solver = options.solver === "auto" ? solverFor(problem) : options.solver;
  const start =
    solver === "lbfgs" && data.isPlain && rows >= fewestStartRows
      ? await descendFirst(data, head, kernels, l2, options.seed ?? 0)
      : undefined;
  const optimum = await optimize(problem, {
    solver,
    start,
    tolerance,
    aim: isSmall ? 1e-10 * tolerance : tolerance,
    seed: options.seed ?? 0,
    signal,
    onIteration: options.onIteration,
  });
  if (optimum.obstacle) throw refusalOf(optimum.obstacle, data.features.columns);
  const inferred = await infer(problem, opened, data, options, fixed);
  const layer = layerOf(optimum.parameters, columns, outputs, isSmall);
  if (classWeights && correctShares) correct(layer.bias, classWeights);
  return {
    layer,
    inference: inferred && { covariance: inferred.covariance },
    training: {
      status: optimum.status,
      options: {
        solver,
        l2,
        l1Ratio,
        penaltyUnits: units,
        tolerance,
        classWeights: classWeights && [...classWeights],
        corrected: classWeights !== null && correctShares,
      },
      history: [],
      optimum: {
        objective: optimum.objective,
        gap: optimum.gap,
        decrement: optimum.decrement,
        gradientNorm: optimum.gradientNorm,
        iterations: optimum.iterations,
        passes: Math.ceil(optimum.passes), // forward and backward are half a pass each
        logLikelihood: -optimum.loss,
        nullLogLikelihood: nullLogLikelihood(labels, sampleWeights),
        degreesOfFreedom: inferred?.degreesOfFreedom ?? null,
      },
    },
  };
}

/**
 * Two epochs of minibatches, which bring a large problem as near to the optimum as dozens of exact steps. The weights of
 * classes and rows do not count here.
 */
async function descendFirst(
  data: PreparedData,
  head: Head,
  kernels: Kernels,
  l2: number,
  seed: number,
): Promise<Float64Array | undefined> {
  const { layer, training } = await fitByMinibatches(
    { ...data, sampleWeights: null },
    head,
    kernels,
    undefined,
    {
      epochs: 2,
      batch: 256,
      learningRate: 0.1,
      l2,
      seed,
    },
  );
  if (training.status !== "completed") return undefined;
  return Float64Array.from([...layer.weights, ...layer.bias]);
}

/** A pass of a millisecond or more is worth the two messages that it costs. */
function isWorthSharing(rows: number, columns: number, outputs: number): boolean {
  return (2 * rows * columns * outputs) / 25e9 > 1e-3;
}

/** The covariance that was asked for; by itself only where it is cheap and can be had. */
async function infer(
  problem: LinearProblem,
  { values, scale }: { values: Values; scale: number },
  { features, rows, labels, groups }: PreparedData,
  { covariance = "auto", l2 = 1 }: ExactOptions,
  fixed: readonly number[],
): Promise<InferredFit | null> {
  const coefficients = (labels.classes.length - 1) * (features.columns.length + 1);
  if (covariance === "none") return null;
  const isCheap =
    coefficients <= mostCoefficients && rows * coefficients * coefficients <= mostCovarianceWork;
  if (covariance === "auto" && !isCheap) return null;
  if (coefficients > 5 * mostCoefficients)
    throw new InputError(
      `fitClassifier: covariance: ${coefficients} coefficients have a covariance of ${((8 * coefficients * coefficients) / 1e9).toFixed(1)} GB; at most ${5 * mostCoefficients} are taken`,
    );
  if (covariance === "wald" && l2 > 0)
    throw new InputError(
      `fitClassifier: covariance: wald is for fits without a penalty, got l2 ${l2}; laplace and sandwich are for one with a penalty, and say two different things`,
    );
  if (covariance === "cluster" && groups === null)
    throw new InputError("fitClassifier: covariance: cluster needs the group of each row");
  return covarianceOf(problem, {
    kind: covariance === "auto" ? (l2 > 0 ? "laplace" : "wald") : covariance,
    groups: groups ?? undefined,
    values,
    scale,
    names: features.columns,
    fixed,
  });
}

/** Σ s ln π of each row's class, π its weighted share: what intercepts alone reach. */
function nullLogLikelihood({ classes, indices }: Labels, sampleWeights: Float64Array | null): number {
  const counts = new Float64Array(classes.length);
  indices.forEach((k, row) => (counts[k] += sampleWeights ? sampleWeights[row] : 1));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => (count > 0 ? sum + count * log(count / total) : sum), 0);
}

/**
 * Without a penalty one category of each column must be the reference of the others, since together they say what the
 * intercept says: the features of the first one become 0, and so does its weight.
 */
function silenceReferences({ table, columns }: Features, output: Values): void {
  let next = 0;
  for (const input of table ?? []) {
    const count = (input.kind === "numeric" ? 1 : input.categories.length) + Number(input.hasMissing);
    if (input.kind === "categorical")
      for (let i = next; i < output.length; i += columns.length) output[i] = 0;
    next += count;
  }
}

/** What each row counts: its own weight times that of its class. */
function rowWeights(
  { labels, sampleWeights }: PreparedData,
  classWeights: Float64Array | null,
): Float64Array | null {
  if (classWeights === null) return sampleWeights;
  return Float64Array.from(
    labels.indices,
    (k, row) => classWeights[k] * (sampleWeights ? sampleWeights[row] : 1),
  );
}

/**
 * λⱼ of each feature. A weight of a standardized column is that of its own units times the scale. A column that is
 * the same in all rows needs some penalty, since nothing else holds its weight at 0.
 *
 * @returns also the columns whose weights are 0 for that reason alone
 */
function penaltiesOf(
  { scaling, columns }: Features,
  { values, scale }: { values: Values; scale: number },
  l2: number,
  units: "standardized" | "original",
): { lambda: Float64Array; fixed: readonly number[] } {
  const lambda = new Float64Array(columns.length).fill(l2);
  if (scaling.kind === "columns" && units === "original")
    scaling.scale.forEach((each, j) => (lambda[j] = l2 / (each * each)));
  const isRescaled = scaling.kind === "constant" && units === "standardized";
  if (l2 > 0 && !isRescaled) return { lambda, fixed: [] };
  const { deviation } = momentsOf({
    rows: values.length / columns.length,
    columns: columns.length,
    values,
  });
  const fixed: number[] = [];
  deviation.forEach((each, j) => {
    if (each === 0 && l2 === 0) fixed.push(j);
    if (each === 0) lambda[j] = l2 > 0 ? l2 : 1;
    else if (isRescaled) lambda[j] = l2 * (scale * each) * (scale * each);
  });
  return { lambda, fixed };
}

function layerOf(parameters: Float64Array, columns: number, outputs: number, isExact: boolean): AnyLayer {
  const weights = parameters.slice(0, outputs * columns);
  const bias = parameters.slice(outputs * columns);
  return isExact ? { weights, bias } : { weights: Float32Array.from(weights), bias: Float32Array.from(bias) };
}

/** Weighting class k by w multiplies its odds by w: the intercepts take that back. */
function correct(output: Floats, classWeights: Float64Array): void {
  if (output.length === 1) output[0] -= log(classWeights[1] / classWeights[0]);
  else for (let k = 0; k < output.length; k++) output[k] -= log(classWeights[k]);
}
