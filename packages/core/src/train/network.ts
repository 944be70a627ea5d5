import { labelStrata, rowsWithRole, splitRows, takeRows, type Labels, type Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { lastLayerCovariance } from "../inference/index.ts";
import type { Kernels, LinearInput, LinearLayer, NetworkRunData, Team } from "../kernels/index.ts";
import {
  bodyProgram,
  createNetwork,
  type Body,
  type DescentSettings,
  type Head,
  type Network,
} from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import {
  checkIdentity,
  checksumOf,
  type Checkpoint,
  type NetworkCheckpoint,
  type RunIdentity,
} from "./checkpoint.ts";
import { classWeightsOf, correct, rowWeights } from "./class-weights.ts";
import { silentColumns, type PreparedData, type PreparedLabels } from "./data.ts";
import type { ExactOptions } from "./exact-options.ts";
import { descendNetwork } from "./descend-network.ts";
import type { Fitted, MinibatchOptions } from "./minibatch.ts";
import { checkAlive, checkMemory } from "./network-checks.ts";
import { networkPlanOf, type DescentSolver, type NetworkOptions, type NetworkPlan } from "./network-plan.ts";
import { stagesOf } from "./stages.ts";
import { openValidation, type Truth } from "./validation.ts";
import { isWide } from "./wide.ts";

/**
 * Minibatch descent through hidden layers, or of a linear model by steps that its own kernels do not have: the mean
 * cross-entropy plus (λ / 2n)‖W‖² over the weights of all layers; biases, gains and slopes are free.
 *
 * Hidden layers start as their activation wants, the linear layer as N(0, 0.01²), weights of features that are 0 in all
 * rows at 0. Rows are shuffled before every epoch. A row of weight s counts s times.
 *
 * @param team is taken where a step is worth sharing, or where its owner insists
 */
export async function fitNetwork(
  data: PreparedData | PreparedLabels,
  head: Head,
  kernels: Kernels,
  team: Team | undefined,
  options: MinibatchOptions &
    NetworkOptions &
    Pick<ExactOptions, "covariance"> & { readonly solver: DescentSolver },
): Promise<Fitted> {
  const { rows } = data;
  const isSeveral = "labelSets" in data;
  const { correctShares = true } = options;
  const classWeights = isSeveral ? null : classWeightsOf(options, data.labels);
  const weights = isSeveral ? data.sampleWeights : rowWeights(data, classWeights);
  const sampleWeights = weights && Float32Array.from(weights);
  const plan = networkPlanOf(options, options.solver, rows);
  const { train, validation } = divide(data, plan);
  const classes = isSeveral ? data.labelSets.names.length : data.labels.classes.length;
  const outputs = head.outputsFor(classes);
  const columns = data.features.columns.length;
  const batch = Math.min(plan.batch, train.length);
  const network = createNetwork(
    columns,
    stagesOf(plan, columns),
    outputs,
    head,
    isWide(head, outputs, plan.batch),
  );
  checkMemory(network, plan, batch, rows * columns);
  const input = data.input();
  const marks = isSeveral
    ? data.labelSets.values
    : head.kind === "sigmoid"
      ? Uint8Array.from(data.labels.indices)
      : data.labels.indices;
  const identity: RunIdentity = {
    plan,
    rows,
    columns,
    classes,
    head: head.kind,
    checksum:
      options.checkpoint || options.onCheckpoint
        ? checksumOf([
            input.values,
            isSeveral ? marks : data.labels.indices,
            ...(sampleWeights ? [sampleWeights] : []),
          ])
        : 0,
  };
  const checkpoint = networkCheckpoint(options.checkpoint, identity, network);
  const parameters = checkpoint?.parameters ?? startOf(network, input, plan.seed);
  if (!checkpoint) checkAlive(network, parameters, input, train, kernels);
  const memories = { sgd: plan.momentum > 0 ? 1 : 0, adam: 2, adamw: 2 }[plan.solver];
  const runData: NetworkRunData = {
    program: network.program,
    source: input,
    labels: marks,
    sampleWeights,
    batch,
    parameters,
    moments:
      checkpoint?.moments ?? Array.from({ length: memories }, () => new Float32Array(parameters.length)),
    optimizer: plan.solver,
    seed: plan.seed,
  };
  const isShared = team && (!team.isOptional || isWorthSharing(network, plan, train.length, batch));
  const run = await kernels.createNetworkRun(runData, isShared ? team : undefined);
  const isCorrected = classWeights !== null && correctShares;
  const partsOf = (all: Float32Array): { layer: LinearLayer; body: Body | null } => {
    const { layer, body } = network.split(all);
    if (isCorrected) correct(layer.bias, classWeights);
    return { layer, body };
  };
  const {
    status,
    history,
    parameters: final,
  } = await descendNetwork({
    run,
    network,
    identity: { ...identity, plan },
    train,
    validation:
      validation && openValidation(network, head, kernels, input, truthOf(data, sampleWeights), validation),
    checkpoint,
    parts: () => partsOf(run.parameters()),
    options,
  });
  const { layer, body } = partsOf(final);
  const isFitted = status === "completed" || status === "stopped-early";
  const isWanted = !isSeveral && body !== null && isFitted && (options.covariance ?? "auto") !== "none";
  const covariance = isWanted
    ? await lastLayerCovariance(
        {
          features: hiddenFeatures(body, input, train, kernels),
          labels: Int32Array.from(train, (row) => data.labels.indices[row]),
          layer: network.split(final).layer,
          sampleWeights: weights && Float64Array.from(train, (row) => weights[row]),
          precision: plan.l2 > 0 ? plan.l2 : null,
        },
        kernels,
        { seed: plan.seed },
      )
    : null;
  return {
    layer,
    body,
    ...(validation && { validation }),
    training: {
      status,
      options: settingsOf(plan, classWeights && [...classWeights], isCorrected),
      history,
      optimum: null,
    },
    inference: covariance && { covariance },
  };
}

function truthOf(data: PreparedData | PreparedLabels, sampleWeights: Float32Array | null): Truth {
  return "labelSets" in data
    ? { marks: data.labelSets.values, columns: data.labelSets.names.length, sampleWeights }
    : { indices: data.labels.indices, sampleWeights };
}

/** What the body makes of some rows. */
function hiddenFeatures(
  body: Body,
  { values, columns, scale }: LinearInput,
  rows: Uint32Array,
  kernels: Kernels,
): Matrix<Float32Array> {
  const own = takeRows({ rows: values.length / columns, columns, values }, rows);
  const output = new Float32Array(rows.length * body.outputs);
  kernels
    .createNetworkPass(bodyProgram(body, columns), body.parameters)
    .run(own.values, rows.length, scale, output);
  return { rows: rows.length, columns: body.outputs, values: output };
}

/** The rows that are learned from, and those that say when to stop. */
function divide(
  data: PreparedData | PreparedLabels,
  { patience, validate, seed }: NetworkPlan,
): { train: Uint32Array; validation: Uint32Array | null } {
  if (patience === null || validate === null)
    return { train: Uint32Array.from({ length: data.rows }, (_, row) => row), validation: null };
  const strata = "labelSets" in data ? labelStrata(data.labelSets) : data.labels;
  const rowRoles = splitForValidation(strata, validate, seed, data.groups);
  return { train: rowsWithRole(rowRoles, "train"), validation: rowsWithRole(rowRoles, "test") };
}

function splitForValidation(
  labels: Labels,
  validate: number,
  seed: number,
  groups: Int32Array | null,
): Uint8Array {
  try {
    return splitRows(labels, { train: 1 - validate, test: validate }, { seed, groups: groups ?? undefined });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`fitClassifier: validate: ${error.message.replace(/^split: /, "")}`);
  }
}

/** @throws InputError when it is of another run */
function networkCheckpoint(
  checkpoint: Checkpoint | undefined,
  identity: RunIdentity,
  { program }: Network,
): NetworkCheckpoint | undefined {
  if (checkpoint === undefined) return undefined;
  checkIdentity(checkpoint.identity, identity);
  if ("parameters" in checkpoint && checkpoint.parameters.length === program.parameterCount)
    return checkpoint;
  throw new InputError(
    "checkpoint: it is of another run: its parameters are not those of this network; begin anew",
  );
}

/** Layer by layer as the network says; nothing is known of a feature that is 0 in all rows. */
function startOf(network: Network, input: LinearInput, seed: number): Float32Array {
  const parameters = network.initialize(createGenerator(seed));
  const { columns } = input;
  const outputs = network.firstOutputs;
  for (const j of silentColumns(input)) for (let k = 0; k < outputs; k++) parameters[k * columns + j] = 0;
  return parameters;
}

/** As for linear models: worth it for steps above 100 µs and runs above a quarter of a second. */
function isWorthSharing({ program }: Network, { epochs }: NetworkPlan, rows: number, batch: number): boolean {
  const secondsPerRow = (6 * program.parameterCount) / 25e9;
  return batch * secondsPerRow > 1e-4 && rows * epochs * secondsPerRow > 0.25;
}

/** What was used, for the record. */
function settingsOf(
  plan: NetworkPlan,
  classWeights: readonly number[] | null,
  corrected: boolean,
): DescentSettings {
  const { solver, seed: _seed, hidden, initialization, dropout, layerNorm, residual, ...others } = plan;
  const { nesterov, weightDecay, clipNorm, labelSmoothing, patience, validate, ...steps } = others;
  return {
    solver,
    ...steps,
    classWeights,
    corrected,
    ...(hidden !== null && { hidden, initialization }),
    ...(layerNorm && { layerNorm }),
    ...(residual && { residual }),
    ...(nesterov && { nesterov }),
    ...(dropout > 0 && { dropout }),
    ...(solver === "adamw" && { weightDecay }),
    ...(clipNorm !== null && { clipNorm }),
    ...(labelSmoothing > 0 && { labelSmoothing }),
    ...(patience !== null && validate !== null && { patience, validate }),
  };
}
