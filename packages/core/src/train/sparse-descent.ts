import type { SparseMatrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createSparseRun, type LinearLayer, type SparseRunData } from "../kernels/index.ts";
import { softmaxHead, type AnyLayer, type Head } from "../model/index.ts";
import { packColumns } from "../optimize/index.ts";
import { checkIdentity, checksumOf, type RunIdentity } from "./checkpoint.ts";
import { classWeightsOf, correct, rowWeights } from "./class-weights.ts";
import type { PreparedData, PreparedLabels } from "./data.ts";
import { descend } from "./descend.ts";
import { constantLogOdds, isConstant, variedMarks } from "./marks.ts";
import { fittedByMinibatches, type Fitted, type MinibatchOptions } from "./minibatch.ts";
import { planOf } from "./plan.ts";

/**
 * Steps for rows of terms whose squares sum to 1. A term that few rows have gets its weight by few steps, which must be
 * long; at the end they are shortened, so that those of frequent terms settle. Chosen on debtags.
 */
const stepsOfTexts = { batch: 32, learningRate: 16, schedule: "cosine" } as const;

/**
 * Minibatch gradient descent over sparse rows, where columns are of texts: of a softmax, of one sigmoid or of one per label.
 * Weights start at 0. A label that all rows carry, or none, is treated as `fitLabelByLabel` does.
 *
 * @throws InputError when momentum is asked for, whose memory is of all features, or a checkpoint is of another run
 */
export async function fitSparseByMinibatches(
  prepared: PreparedData | PreparedLabels,
  sparse: () => SparseMatrix,
  head: Head,
  options: MinibatchOptions,
): Promise<Fitted> {
  if (options.momentum !== undefined && options.momentum !== 0)
    throw new InputError(
      `fitClassifier: momentum is for columns without texts, got ${options.momentum}; leave it out`,
    );
  const { columns: names, table } = prepared.features;
  const isTexts = table?.every((column) => column.kind === "text" && column.settings.normalized) ?? false;
  const plan = planOf({ ...(isTexts && stepsOfTexts), ...givenOf(options) }, prepared.rows);
  const classWeights = "labelSets" in prepared ? null : classWeightsOf(options, prepared.labels);
  const { targets, outputs, constants } = targetsOf(prepared, head);
  const sampleWeights = "labelSets" in prepared ? prepared.sampleWeights : rowWeights(prepared, classWeights);
  const all = sparse();
  const { rows: matrix, columns } = packColumns(all);
  const { length: entries } = matrix.values;
  const identity: RunIdentity = {
    plan,
    rows: prepared.rows,
    columns: names.length,
    classes: outputs,
    head: head.kind,
    checksum:
      options.checkpoint || options.onCheckpoint
        ? checksumOf([
            all.values,
            Int32Array.from(all.indices),
            targets,
            ...(sampleWeights ? [Float32Array.from(sampleWeights)] : []),
          ])
        : 0,
  };
  const start = startOf(options, identity, outputs, columns.length);
  const run = createSparseRun({ matrix, targets, sampleWeights, layer: start.layer });
  const isCorrected = classWeights !== null && options.correctShares !== false;
  const layerNow = (): LinearLayer => {
    const layer = spread(run.layer(), columns, names.length, constants);
    if (isCorrected) correct(layer.bias, classWeights);
    return layer;
  };
  const { status, history } = await descend(
    run,
    layerNow,
    softmaxHead.asSoftmax,
    identity,
    start.history,
    options,
    Math.ceil(entries / matrix.rows) + 1,
  );
  return fittedByMinibatches(layerNow(), status, history, plan, classWeights, isCorrected);
}

/** The options without those that are given as undefined. */
function givenOf(options: MinibatchOptions): MinibatchOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** What the rows are to be, and of the labels that do not vary the log-odds, by label. */
interface Targets {
  readonly targets: SparseRunData["targets"];
  readonly outputs: number;
  readonly constants: readonly (number | null)[];
}

function targetsOf(prepared: PreparedData | PreparedLabels, head: Head): Targets {
  if (!("labelSets" in prepared)) {
    const { classes, indices } = prepared.labels;
    const outputs = head.outputsFor(classes.length);
    const constants = Array.from({ length: outputs }, () => null);
    return { targets: outputs === 1 ? Uint8Array.from(indices) : indices, outputs, constants };
  }
  const { counts, varied, marks } = variedMarks(prepared);
  const constants = counts.map((count) => (isConstant(count) ? constantLogOdds(count) : null));
  return { targets: marks, outputs: varied.length, constants };
}

/** @throws InputError when the checkpoint is of another run */
function startOf({ checkpoint }: MinibatchOptions, identity: RunIdentity, outputs: number, columns: number) {
  if (checkpoint === undefined)
    return {
      layer: { weights: new Float32Array(outputs * columns), bias: new Float32Array(outputs) },
      history: [],
    };
  checkIdentity(checkpoint.identity, identity);
  if ("layer" in checkpoint) return checkpoint;
  throw new InputError("checkpoint: it is of another run: its steps were taken by other kernels; begin anew");
}

/** A weight for every feature, 0 for those that no row has, and an output for every label. */
function spread(
  { weights, bias }: LinearLayer,
  columns: Uint32Array,
  width: number,
  constants: readonly (number | null)[],
): AnyLayer & LinearLayer {
  const output = new Float32Array(constants.length * width);
  const intercepts = new Float32Array(constants.length);
  let own = 0;
  constants.forEach((constant, k) => {
    intercepts[k] = constant ?? bias[own];
    if (constant !== null) return;
    columns.forEach((column, j) => {
      output[k * width + column] = weights[own * columns.length + j];
    });
    own++;
  });
  return { weights: output, bias: intercepts };
}
