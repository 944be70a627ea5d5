import { classTotals, type SparseMatrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Kernels } from "../kernels/index.ts";
import type { AnyLayer, Head, OptimumRecord } from "../model/index.ts";
import {
  fitSparseSigmoids,
  fitSparseSoftmax,
  sparseTolerance,
  type SparseOptimum,
} from "../optimize/index.ts";
import { classWeightsOf, correct, rowWeights } from "./class-weights.ts";
import type { PreparedData, PreparedLabels } from "./data.ts";
import { checkExactOptions, type ExactOptions } from "./exact-options.ts";
import { checkClasses, nullLogLikelihood } from "./exact-rows.ts";
import { constantLogOdds, constantLoss, marksOf, variedMarks } from "./marks.ts";
import type { Fitted } from "./minibatch.ts";
import { sumOf, worstStatus } from "./optima.ts";
import { nextTurn } from "./turn.ts";

interface SparseFitOptions extends ExactOptions {
  readonly solver: string;
  readonly onLabel?: ((done: number, all: number) => void) | undefined;
}

/** With what was left out filled in. */
type Settled = SparseFitOptions & { readonly l2: number; readonly tolerance: number };

/**
 * The optimum over sparse rows, where columns are of texts: of one sigmoid or of one per label by truncated Newton, of a
 * softmax by L-BFGS, in float64; the weights are then rounded to float32. The penalty sees the features as they are,
 * numbers standardized and terms as their encoder weighs them.
 *
 * @throws InputError when an option is for dense rows, λ is 0, or a class or every label has rows of one kind only
 */
export async function fitSparseRows(
  prepared: PreparedData | PreparedLabels,
  sparse: () => SparseMatrix,
  head: Head,
  kernels: Kernels,
  options: SparseFitOptions,
): Promise<Fitted> {
  checkExactOptions(options);
  checkSparseOptions(options, head.kind === "softmax" ? "lbfgs" : "newton");
  const { l2 = 1, tolerance = sparseTolerance } = options;
  const settled = { ...options, l2, tolerance };
  const units = unitsOf(prepared, options);
  const isSeveral = "labelSets" in prepared;
  const classWeights = isSeveral ? null : classWeightsOf(options, prepared.labels);
  const fit = await (isSeveral
    ? fitLabels(prepared, sparse, kernels, settled)
    : fitClasses(prepared, sparse, head, kernels, settled, classWeights));
  const isCorrected = classWeights !== null && options.correctShares !== false;
  if (isCorrected) correct(fit.layer.bias, classWeights);
  return {
    layer: fit.layer,
    inference: null,
    training: {
      status: fit.status,
      options: {
        solver: head.kind === "softmax" ? "lbfgs" : "newton",
        l2,
        l1Ratio: 0,
        penaltyUnits: units,
        tolerance,
        classWeights: classWeights && [...classWeights],
        corrected: isCorrected,
        choice: null,
      },
      history: [],
      optimum: fit.optimum,
    },
  };
}

interface SparseFit {
  readonly layer: AnyLayer;
  readonly status: Fitted["training"]["status"];
  readonly optimum: OptimumRecord;
}

async function fitClasses(
  data: PreparedData,
  sparse: () => SparseMatrix,
  head: Head,
  kernels: Kernels,
  { l2, tolerance, signal, onIteration }: Settled,
  classWeights: Float64Array | null,
): Promise<SparseFit> {
  const { labels } = data;
  const sampleWeights = rowWeights(data, classWeights);
  const totals = classTotals(labels, sampleWeights);
  checkClasses(labels, totals, sampleWeights);
  const width = data.features.columns.length;
  const nullLikelihood = nullLogLikelihood(totals);
  if (head.kind === "softmax") {
    const fit = await fitSparseSoftmax(
      { ...sparse(), classes: labels.classes.length, labels: labels.indices, sampleWeights },
      kernels,
      { l2, tolerance, signal, onIteration },
    );
    const outputs = labels.classes.length;
    const count = fit.columns.length;
    const rows = Array.from({ length: outputs }, (_, k) => fit.weights.subarray(k * count, (k + 1) * count));
    return {
      layer: layerOf(rows, fit.bias, fit.columns, width),
      status: fit.status,
      optimum: recordOf(fit, nullLikelihood),
    };
  }
  const marks = Uint8Array.from(labels.indices);
  const [fit] = await fitSparseSigmoids({ ...sparse(), labels: 1, marks, sampleWeights }, kernels, {
    l2,
    tolerance,
    signal,
    onIteration: ({ objectives: [objective], passes, iterations }) =>
      onIteration?.({ iterations, passes, objective, gap: null }),
  });
  return {
    layer: layerOf([fit.weights], Float64Array.of(fit.bias), fit.columns, width),
    status: fit.status,
    optimum: recordOf(fit, nullLikelihood),
  };
}

/** Each label by itself; one that all rows carry, or none, as `fitLabelByLabel` treats it. */
async function fitLabels(
  { labelSets, sampleWeights, features }: PreparedLabels,
  sparse: () => SparseMatrix,
  kernels: Kernels,
  { l2, tolerance, signal, onLabel }: Settled,
): Promise<SparseFit> {
  const { names } = labelSets;
  const { counts, varied, marks } = variedMarks({ labelSets, sampleWeights });
  const fits = await fitSparseSigmoids(
    { ...sparse(), labels: varied.length, marks, sampleWeights },
    kernels,
    {
      l2,
      tolerance,
      signal,
      between: async (done) => {
        onLabel?.(done, varied.length);
        await nextTurn();
      },
    },
  );
  const places = new Map(varied.map((k, i) => [k, i]));
  const fitOf = (k: number): SparseOptimum | null => fits[places.get(k) ?? -1] ?? null;
  const constants = counts
    .filter((_, k) => fitOf(k) === null)
    .reduce((sum, count) => sum + constantLoss(count), 0);
  return {
    layer: layerOf(
      names.map((_, k) => fitOf(k)?.weights ?? null),
      Float64Array.from(names, (_, k) => fitOf(k)?.bias ?? constantLogOdds(counts[k])),
      fits[0].columns,
      features.columns.length,
    ),
    status: worstStatus(fits.map(({ status }) => status)),
    optimum: sumOf(
      varied.map((k, i) =>
        recordOf(fits[i], nullLogLikelihood(classTotals(marksOf(labelSets, k), sampleWeights))),
      ),
      constants,
    ),
  };
}

function recordOf(
  {
    objective,
    loss,
    gap,
    gradientNorm,
    iterations,
    passes,
  }: Pick<SparseOptimum, "objective" | "loss" | "gap" | "gradientNorm" | "iterations" | "passes">,
  nullLikelihood: number,
): OptimumRecord {
  return {
    objective,
    gap,
    decrement: null,
    gradientNorm,
    iterations,
    passes: Math.ceil(passes),
    logLikelihood: -loss,
    nullLogLikelihood: nullLikelihood,
    degreesOfFreedom: null,
  };
}

/** In float32, a weight for every feature: those that no row has are 0. @param rows one per output, null: zeros */
function layerOf(
  rows: readonly (Float64Array | null)[],
  bias: Float64Array,
  columns: Uint32Array,
  width: number,
): AnyLayer {
  const weights = new Float32Array(rows.length * width);
  rows.forEach((row, k) => {
    if (row !== null) columns.forEach((column, j) => (weights[k * width + column] = row[j]));
  });
  return { weights, bias: Float32Array.from(bias) };
}

/** Whether numbers stand beside the texts: they are standardized. */
function unitsOf(
  { features }: PreparedData | PreparedLabels,
  { penaltyUnits }: SparseFitOptions,
): "standardized" | "original" {
  const isMixed = features.table?.some(({ kind }) => kind !== "text") ?? false;
  const units = isMixed ? "standardized" : "original";
  if (penaltyUnits !== undefined && penaltyUnits !== units)
    throw new InputError(
      `fitClassifier: penaltyUnits: ${isMixed ? "columns beside texts are standardized" : "terms of texts are not standardized"}, got ${penaltyUnits}; leave it out`,
    );
  return units;
}

/** @throws InputError when an option is for dense rows */
function checkSparseOptions(
  { solver, l2 = 1, l1Ratio = 0, chooseL2, covariance = "auto" }: SparseFitOptions,
  own: "newton" | "lbfgs",
): void {
  const refuse = (what: string): never => {
    throw new InputError(`fitClassifier: ${what}`);
  };
  if (solver !== "auto" && solver !== own)
    refuse(
      `solver: columns of texts are fitted exactly, here by ${own}, got ${solver}; leave it out, or take sgd`,
    );
  if (l2 === 0)
    refuse("l2 must be above 0 where columns are of texts: without a penalty there is no finite optimum");
  if (l1Ratio > 0) refuse("l1Ratio is for columns without texts; leave it out");
  if (chooseL2 !== undefined) refuse("chooseL2 is for columns without texts; give l2");
  if (covariance !== "auto" && covariance !== "none")
    refuse(`covariance: a model of texts keeps none, got ${covariance}; leave it out`);
}
