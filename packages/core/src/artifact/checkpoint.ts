import { InputError } from "../errors/index.ts";
import type { LinearLayer } from "../kernels/index.ts";
import type { Checkpoint } from "../train/index.ts";
import { reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";
import { seal, unseal } from "./sealed.ts";

const format = 1;

/** Where a training run stands, as a file: safetensors, sealed as a model file is. */
export function writeCheckpoint({ identity, layer, velocity, history }: Checkpoint): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  for (const [name, values] of Object.entries({ layer, velocity })) {
    if (values === null) continue;
    tensors[`${name}.weight`] = { shape: [identity.classes, identity.columns], values: values.weights };
    tensors[`${name}.bias`] = { shape: [identity.classes], values: values.bias };
  }
  return seal("sigmaxCheckpoint", { format, identity, history }, tensors);
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
  const identity = read.inside("identity");
  const plan = identity.inside("plan");
  const columns = identity.count("columns");
  const classes = identity.count("classes");
  const layer = (name: string): LinearLayer | null => {
    const weights = tensors[`${name}.weight`]?.values;
    const bias = tensors[`${name}.bias`]?.values;
    if (weights === undefined && bias === undefined) return null;
    if (
      !(weights instanceof Float32Array && weights.length === classes * columns) ||
      !(bias instanceof Float32Array && bias.length === classes)
    )
      throw new InputError(
        `${where}: damaged: its arrays "${name}" do not fit ${columns} columns and ${classes} classes`,
      );
    return { weights, bias };
  };
  const own = layer("layer");
  if (own === null) throw new InputError(`${where}: damaged: it has no weights`);
  return {
    identity: {
      plan: {
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
      },
      rows: identity.count("rows"),
      columns,
      classes,
      head: identity.text("head"),
      checksum: identity.count("checksum"),
    },
    layer: own,
    velocity: layer("velocity"),
    history: read.list("history").map((epoch) => ({
      epoch: epoch.count("epoch"),
      loss: epoch.number("loss"),
      accuracy: epoch.number("accuracy"),
    })),
  };
}
