import { classTotals, type Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { covarianceOf, type InferredFit } from "../inference/covariance.ts";
import type { Kernels, Team } from "../kernels/index.ts";
import type { AnyLayer, Head } from "../model/index.ts";
import { optimize, solverFor, type LinearProblem } from "../optimize/index.ts";
import { classWeightsOf, correct, rowWeights } from "./class-weights.ts";
import type { PreparedData } from "./data.ts";
import { demand } from "./demand.ts";
import { checkExactOptions, type ExactOptions } from "./exact-options.ts";
import {
  checkClasses,
  checkRounded,
  nullLogLikelihood,
  penaltiesOf,
  silenceReferences,
} from "./exact-rows.ts";
import { fitByMinibatches, type Fitted } from "./minibatch.ts";
import { refusalOf } from "./obstacle.ts";
import { chooseL2, fitSparsely } from "./sparse.ts";
import { someOf, startFromSome } from "./part.ts";
import { optimumOfScaled } from "./scaled-search.ts";

/** Numbers of features above which they are kept in float32: float64 would take twice the memory and the time. */
const mostExactNumbers = 2 ** 24;
/** The same for bytes and float32, unless more is asked than float32 can prove. */
const mostExactPlainNumbers = 2 ** 20;
const leastPlainTolerance = 1e-7;
/** Coefficients, and products, up to which a covariance is made without being asked for. */
const mostCoefficients = 1000;
const mostCovarianceWork = 3e9;
const covariances = ["auto", "wald", "laplace", "sandwich", "robust", "cluster", "none"];
/** Rows from which an exact solution begins with some epochs of minibatches. */
const fewestStartRows = 20_000;
/** What a float64 fit is brought to, in units of its tolerance: coefficients want more digits than f, and Newton has them cheaply. */
const furtherAim = { newton: 1e-10, lbfgs: 1e-7 } as const;
/** Rows, and rows per parameter, from which it begins with the solution of a part of them. */
const fewestSplitRows = 100_000;
const rowsPerParameter = 200;

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
  checkCovariance(data, options);
  const { labels, features, rows } = data;
  const { l1Ratio = 0, correctShares = true, signal } = options;
  const columns = features.columns.length;
  const outputs = head.outputsFor(labels.classes.length);
  const units = options.penaltyUnits ?? (features.scaling.kind === "columns" ? "standardized" : "original");
  const classWeights = classWeightsOf(options, labels);
  const sampleWeights = rowWeights(data, classWeights);
  const totals = classTotals(labels, sampleWeights);
  checkClasses(labels, totals, sampleWeights);
  const isSmall =
    rows * columns <=
    (data.isPlain && (options.tolerance ?? 1) >= leastPlainTolerance
      ? mostExactPlainNumbers
      : mostExactNumbers);
  const tolerance = options.tolerance ?? (isSmall ? 1e-8 : 1e-6);
  const isRounded = !isSmall && l1Ratio === 0 && !options.chooseL2 && data.plain !== null;
  if (!isRounded) data.checkValues?.();
  const isUnchecked = isRounded && data.checkValues !== null;
  const choice = options.chooseL2 ? chooseL2(data, outputs, sampleWeights, units, options) : null;
  const l2 = choice?.lambda ?? options.l2 ?? 1;
  const settings = {
    l2,
    l1Ratio,
    penaltyUnits: units,
    tolerance,
    classWeights: classWeights && [...classWeights],
    corrected: classWeights !== null && correctShares,
    choice: choice && {
      minimum: choice.minimum,
      oneStandardError: choice.oneStandardError,
      path: choice.path,
    },
  } as const;
  if (l1Ratio > 0) {
    const { parameters, training } = fitSparsely(data, outputs, sampleWeights, l2, units, options);
    const layer = layerOf(parameters, columns, outputs, true);
    if (classWeights && correctShares) correct(layer.bias, classWeights);
    return {
      layer,
      inference: null,
      training: {
        ...training,
        options: { solver: "coordinate-descent", ...settings },
        history: [],
      },
    };
  }
  const rowsIn = isSmall
    ? { values: data.exactValues(), columns, scale: 1 }
    : data.plain && features.scaling.kind === "constant"
      ? { values: data.plain, columns, scale: 1 / features.scaling.scale, isRounded: true }
      : data.input();
  if (l2 === 0) silenceReferences(features, rowsIn.values);
  const opened = {
    ...rowsIn,
    labels: labels.indices,
    outputs,
    sampleWeights,
  };
  const isShared = team && (!team.isOptional || isWorthSharing(rows, columns, outputs));
  const { lambda, fixed } = penaltiesOf(features, opened, l2, units);
  const unsolved = {
    values: opened.values,
    lambda,
    labels: labels.indices,
    sampleWeights,
    noise: isSmall ? 1e-15 : 2e-8,
  };
  const solver = options.solver === "auto" ? solverFor({ rows, columns, outputs, lambda }) : options.solver;
  const seed = options.seed ?? 0;
  const startBySome = async (): Promise<Float64Array | undefined> => {
    const some = someOf(opened, seed);
    const others = await kernels.createLinearSums(some);
    if (isUnchecked && !others.areFinite) return undefined;
    const found = await startFromSome({ ...unsolved, ...some, sums: others }, rows, seed);
    await others.exactLoss(found); // so that the engine has it compiled well for all rows
    return found;
  };
  let start: Float64Array | undefined;
  const findStart = async (): Promise<void> => {
    if (solver !== "lbfgs") return;
    const isSplit = rows >= rowsPerParameter * (columns + 1) * outputs && rows >= fewestSplitRows;
    if (isSplit && !lambda.includes(0)) start = await startBySome();
    else if (data.isPlain && rows >= fewestStartRows)
      start = await descendFirst(data, head, kernels, l2, seed);
  };
  const sums = await kernels.createLinearSums(opened, isShared ? team : undefined, findStart);
  if (isUnchecked && rowsIn.values instanceof Float64Array && !sums.areFinite) {
    data.checkValues?.();
    checkRounded(rowsIn.values, columns);
  }
  const problem: LinearProblem = { ...unsolved, sums };
  const search = {
    tolerance,
    aim: tolerance * (isSmall ? furtherAim[solver] : 1),
    seed,
    signal,
    onIteration: options.onIteration,
  };
  const first = await optimize(problem, { ...search, solver, start });
  // Weak penalties ask more of the gradient than float32 margins tell.
  const isRepeated =
    first.status === "stalled" && !first.obstacle && !isSmall && rows * columns <= mostExactNumbers;
  const again = isRepeated ? await exactProblem(problem, data, kernels, outputs) : problem;
  const isLost = first.status === "stalled" && !first.obstacle && !isSmall && !isRepeated;
  const scaled =
    isLost && data.plain && !(data.plain instanceof Uint8Array) // whose columns are of one unit
      ? await optimumOfScaled(problem, data.plain, opened, kernels, isShared ? team : undefined, {
          ...search,
          solver,
        })
      : null;
  const from = (scaled ?? first).parameters;
  const second = isRepeated || scaled ? await optimize(again, { ...search, solver, start: from }) : null;
  const searches = [first, scaled, second].filter((each) => each !== null);
  const optimum = second ?? first;
  if (optimum.obstacle) throw refusalOf(optimum.obstacle, data.features.columns);
  const isStopped = optimum.status === "budget"; // not at the optimum, which is what a covariance is of
  const inferred = isStopped ? null : await infer(again, opened, data, { ...options, l2 }, fixed);
  for (const column of fixed)
    // what is left of them there is rounding
    for (let k = 0; k < outputs; k++) optimum.parameters[k * columns + column] = 0;
  const penalty = optimum.objective - optimum.loss;
  // Float32 found the place, float64 says what f is there, to all digits, of the rows as they were rounded.
  const loss = isSmall || isRepeated ? optimum.loss : await sums.exactLoss(optimum.parameters);
  const layer = layerOf(optimum.parameters, columns, outputs, isSmall || isRepeated);
  if (classWeights && correctShares) correct(layer.bias, classWeights);
  return {
    layer,
    inference: inferred && { covariance: inferred.covariance },
    training: {
      status: optimum.status,
      options: { solver, ...settings },
      history: [],
      optimum: {
        objective: loss + penalty,
        gap: optimum.gap,
        decrement: optimum.decrement,
        gradientNorm: optimum.gradientNorm,
        iterations: searches.reduce((sum, { iterations }) => sum + iterations, 0),
        passes: Math.ceil(searches.reduce((sum, { passes }) => sum + passes, 0)), // forward and backward are half a pass each
        logLikelihood: -loss,
        nullLogLikelihood: nullLogLikelihood(totals),
        degreesOfFreedom: inferred?.degreesOfFreedom ?? null,
      },
    },
  };
}

/** The same problem over features in float64. */
async function exactProblem(
  problem: LinearProblem,
  data: PreparedData,
  kernels: Kernels,
  outputs: number,
): Promise<LinearProblem> {
  const values = data.exactValues();
  const { labels, sampleWeights } = problem;
  const { columns } = problem.sums;
  const sums = await kernels.createLinearSums({ values, columns, scale: 1, labels, outputs, sampleWeights });
  return { ...problem, sums, values, noise: 1e-15 };
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
  { covariance = "auto", classWeights, l2 = 1 }: ExactOptions,
  fixed: readonly number[],
): Promise<InferredFit | null> {
  if (covariance === "none") return null;
  const coefficients = (labels.classes.length - 1) * (features.columns.length + 1);
  const isCheap =
    coefficients <= mostCoefficients && rows * coefficients * coefficients <= mostCovarianceWork;
  if (covariance === "auto" && !isCheap) return null;
  // Rows weighted by class are no rows more than there were: H⁻¹ would count them so.
  const usual = classWeights !== undefined ? "robust" : l2 > 0 ? "laplace" : "wald";
  const found = await covarianceOf(problem, {
    kind: covariance === "auto" ? usual : covariance,
    groups: groups ?? undefined,
    values,
    scale,
    names: features.columns,
    fixed,
  });
  if (!("reason" in found)) return found;
  if (covariance === "auto") return null;
  throw new InputError(`fitClassifier: covariance: ${covariance} cannot be had: ${found.reason}`);
}

/** @throws InputError when the covariance that was asked for is none that there is, before any work is done */
function checkCovariance(
  { features, labels, groups }: PreparedData,
  { covariance = "auto", l2 = 1, chooseL2: rule }: ExactOptions,
): void {
  demand("covariance", covariance, covariances.includes(covariance), covariances.join(", "));
  if (covariance === "auto" || covariance === "none") return;
  const coefficients = (labels.classes.length - 1) * (features.columns.length + 1);
  if (coefficients > 5 * mostCoefficients)
    throw new InputError(
      `fitClassifier: covariance: ${coefficients} coefficients have a covariance of ${((8 * coefficients * coefficients) / 1e9).toFixed(1)} GB; at most ${5 * mostCoefficients} are taken`,
    );
  if (covariance === "wald" && (l2 > 0 || rule !== undefined))
    throw new InputError(
      `fitClassifier: covariance: wald is for fits without a penalty, got l2 ${rule === undefined ? l2 : "to be chosen"}; laplace and sandwich are for one with a penalty, and say two different things`,
    );
  if (covariance !== "cluster") return;
  if (groups === null) throw new InputError("fitClassifier: covariance: cluster needs the group of each row");
  if (groups.every((group) => group === groups[0]))
    throw new InputError("fitClassifier: covariance: cluster needs two groups or more, all rows are of one");
}

function layerOf(parameters: Float64Array, columns: number, outputs: number, isExact: boolean): AnyLayer {
  const weights = parameters.slice(0, outputs * columns);
  const bias = parameters.slice(outputs * columns);
  return isExact ? { weights, bias } : { weights: Float32Array.from(weights), bias: Float32Array.from(bias) };
}
