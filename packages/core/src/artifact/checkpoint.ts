import { InputError } from "../errors/index.ts";
import type { LinearLayer } from "../kernels/index.ts";
import type { Checkpoint, NetworkPlan, Plan, RunIdentity } from "../train/index.ts";
import { reader, type Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";
import { seal, unseal } from "./sealed.ts";
import { readEpoch } from "./training.ts";

const format = 2;

/** Where a training run stands, as a file: safetensors, sealed as a model file is. */
export function writeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { identity, history } = checkpoint;
  const tensors: Record<string, Tensor> = {};
  const add = (name: string, values: Float32Array, shape = [values.length]): void => {
    tensors[name] = { shape, values };
  };
  if ("layer" in checkpoint) {
    const { layer, velocity } = checkpoint;
    for (const [name, values] of Object.entries({ layer, velocity })) {
      if (values === null) continue;
      add(`${name}.weight`, values.weights, [identity.classes, identity.columns]);
      add(`${name}.bias`, values.bias);
    }
    return seal("sigmaxCheckpoint", { format, identity, history }, tensors);
  }
  const { parameters, moments, best } = checkpoint;
  add("parameters", parameters);
  moments.forEach((moment, i) => add(`moments.${i}`, moment));
  if (best) add("best", best.parameters);
  const network = { moments: moments.length, best: best && { epoch: best.epoch, loss: best.loss } };
  return seal("sigmaxCheckpoint", { format, identity, history, network }, tensors);
}

/**
 * The checkpoint in a file.
 *
 * @throws InputError when the file is cut off, damaged, of a newer format, or no checkpoint
 */
export function readCheckpoint(
  bytes: Uint8Array,
  { where = "checkpoint" }: { where?: string } = {},
): Checkpoint {
  const { content, tensors } = unseal(bytes, "sigmaxCheckpoint", "a Sigmax checkpoint", where);
  const read = reader(where, content);
  if (read.count("format") !== format)
    throw new InputError(
      `${where}: a checkpoint of another Sigmax (format ${read.count("format")}); begin anew`,
    );
  const identity = readIdentity(read.inside("identity"));
  const history = read.list("history").map(readEpoch);
  const floats = (name: string): Float32Array | null => {
    const values = tensors[name]?.values;
    return values instanceof Float32Array ? values : null;
  };
  if (read.has("network")) {
    const network = read.inside("network");
    const parameters = floats("parameters");
    if (parameters === null) throw new InputError(`${where}: damaged: it has no parameters`);
    const asLong = (name: string): Float32Array => {
      const values = floats(name);
      if (values !== null && values.length === parameters.length) return values;
      throw new InputError(`${where}: damaged: its array "${name}" is not as long as its parameters`);
    };
    const moments = Array.from({ length: Math.min(2, network.count("moments")) }, (_, i) =>
      asLong(`moments.${i}`),
    );
    const best = network.optional("best");
    return {
      identity,
      history,
      parameters,
      moments,
      best: best && { epoch: best.count("epoch"), loss: best.number("loss"), parameters: asLong("best") },
    };
  }
  const { columns, classes } = identity;
  const layer = (name: string): LinearLayer | null => {
    const weights = floats(`${name}.weight`);
    const bias = floats(`${name}.bias`);
    if (weights === null && bias === null) return null;
    if (weights?.length !== classes * columns || bias?.length !== classes)
      throw new InputError(
        `${where}: damaged: its arrays "${name}" do not fit ${columns} columns and ${classes} classes`,
      );
    return { weights, bias };
  };
  const own = layer("layer");
  if (own === null) throw new InputError(`${where}: damaged: it has no weights`);
  return { identity, layer: own, velocity: layer("velocity"), history };
}

function readIdentity(read: Reader): RunIdentity {
  const plan = read.inside("plan");
  return {
    plan: plan.has("solver") ? readNetworkPlan(plan) : readPlan(plan),
    rows: read.count("rows"),
    columns: read.count("columns"),
    classes: read.count("classes"),
    head: read.text("head"),
    checksum: read.count("checksum"),
  };
}

function readPlan(plan: Reader): Plan {
  return {
    epochs: plan.count("epochs"),
    batch: plan.count("batch"),
    learningRate: plan.number("learningRate"),
    schedule: plan.oneOf("schedule", ["constant", "step", "cosine"]),
    warmUp: plan.number("warmUp"),
    stepEpochs: plan.number("stepEpochs"),
    stepFactor: plan.number("stepFactor"),
    momentum: plan.number("momentum"),
    l2: plan.number("l2"),
    seed: plan.count("seed"),
  };
}

function readNetworkPlan(plan: Reader): NetworkPlan {
  const numberOrNull = (name: string): number | null => (plan.isNull(name) ? null : plan.number(name));
  return {
    ...readPlan(plan),
    solver: plan.oneOf("solver", ["sgd", "adam", "adamw"]),
    hidden: plan.isNull("hidden") ? null : plan.text("hidden"),
    attention: plan.isNull("attention") ? null : plan.text("attention"),
    initialization: plan.oneOf("initialization", ["auto", "he", "glorot", "lecun"]),
    dropout: plan.number("dropout"),
    layerNorm: plan.flag("layerNorm"),
    residual: plan.flag("residual"),
    nesterov: plan.flag("nesterov"),
    weightDecay: plan.number("weightDecay"),
    clipNorm: numberOrNull("clipNorm"),
    labelSmoothing: plan.number("labelSmoothing"),
    patience: numberOrNull("patience"),
    validate: numberOrNull("validate"),
  };
}
