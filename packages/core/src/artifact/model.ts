import { packRoles, unpackRoles, type LedgerEntry } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Scaling } from "../features/index.ts";
import { createKernels, type Kernels, type LinearLayer } from "../kernels/index.ts";
import {
  createClassifier,
  softmaxHead,
  type Classifier,
  type ClassifierParts,
  type Features,
  type TrainingRun,
} from "../model/index.ts";
import { isRecord, readTensors, writeTensors, type Tensor } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";
import { encodeUtf8 } from "./utf8.ts";

/** What the text named `sigmax` in a model file begins with; a file with a higher format is refused. */
const format = 1;
const noDigest = "0".repeat(64);

/** The model as a `.sigmax` file: safetensors arrays, and beside them a JSON text and a digest of all bytes. */
export function writeModel(model: ClassifierParts): Uint8Array {
  const { classes, features, layers, head, training, ledger } = model;
  const { columns, image, scaling } = features;
  const tensors: Record<string, Tensor> = {};
  layers.forEach(({ weights, bias }, i) => {
    tensors[`layers.${i}.weight`] = { shape: [bias.length, weights.length / bias.length], values: weights };
    tensors[`layers.${i}.bias`] = { shape: [bias.length], values: bias };
  });
  if (scaling.kind === "columns") {
    tensors["features.center"] = { shape: [columns.length], values: scaling.center };
    tensors["features.scale"] = { shape: [columns.length], values: scaling.scale };
  }
  ledger.forEach(({ rowRoles }, i) => {
    const runs = packRoles(rowRoles);
    tensors[`ledger.${i}`] = { shape: [runs.length], values: runs };
  });
  const text = JSON.stringify({
    format,
    classes,
    features: {
      columns,
      image,
      scaling: scaling.kind === "constant" ? scaling : { kind: "columns" },
    },
    layers: layers.map(({ weights, bias }) => ({
      kind: "linear",
      inputs: weights.length / bias.length,
      outputs: bias.length,
    })),
    head: head.kind,
    training,
    ledger: ledger.map(({ source, sha256: digest, rowRoles }) => ({
      source,
      sha256: digest,
      rows: rowRoles.length,
    })),
  });
  const bytes = writeTensors({ metadata: { sha256: noDigest, sigmax: text }, tensors });
  bytes.set(encodeUtf8(sha256(bytes)), digestPlace(bytes));
  return bytes;
}

/**
 * The model in a `.sigmax` file. Nothing in the file is run.
 *
 * @param where the file's name, for messages
 * @throws InputError when the file is cut off, damaged, of a newer format, or no model file
 */
export function readModel(
  bytes: Uint8Array,
  { where = "model", kernels = createKernels() }: { where?: string; kernels?: Kernels } = {},
): Classifier {
  const { metadata, tensors } = readTensors(bytes, where);
  const { sigmax, sha256: digest } = metadata;
  if (sigmax === undefined || digest === undefined)
    throw new InputError(
      `${where}: a safetensors file, but not a Sigmax model: it has no text named "sigmax"`,
    );
  const copy = new Uint8Array(bytes);
  const place = digestPlace(bytes);
  if (place >= 0) copy.set(encodeUtf8(noDigest), place);
  if (place < 0 || sha256(copy) !== digest)
    throw new InputError(
      `${where}: damaged: its bytes do not match the SHA-256 written in it; get the file again`,
    );
  let content: unknown;
  try {
    content = JSON.parse(sigmax);
  } catch {
    throw new InputError(`${where}: damaged: its description is not JSON`);
  }
  const read = reader(where, content);
  if (read.count("format") > format)
    throw new InputError(
      `${where}: written by a newer Sigmax (format ${read.count("format")}, this one reads up to ${format}); update Sigmax to read it`,
    );
  return createClassifier(readParts(where, read, tensors), kernels);
}

/** Where the digest stands in the bytes of a file that `writeTensors` made: `sha256` is the first text of the header. */
function digestPlace(bytes: Uint8Array): number {
  const lead = encodeUtf8('{"__metadata__":{"sha256":"');
  return lead.every((byte, i) => bytes[8 + i] === byte) ? 8 + lead.length : -1;
}

function readParts(where: string, read: Reader, tensors: Readonly<Record<string, Tensor>>): ClassifierParts {
  const tensor = <T extends Tensor["values"]>(
    name: string,
    type: new (length: number) => T,
    shape: readonly number[],
  ): T => {
    const found = tensors[name];
    if (found === undefined || !(found.values instanceof type) || found.shape.join() !== shape.join())
      throw new InputError(`${where}: damaged: it has no array "${name}" of shape ${shape.join(" × ")}`);
    return found.values;
  };
  const classes = read.texts("classes");
  const features = readFeatures(read.inside("features"), tensor);
  const layers = read.list("layers");
  const [layer] = layers;
  if (layers.length !== 1 || layer.text("kind") !== "linear")
    throw new InputError(`${where}: damaged: expected one linear layer`);
  const inputs = layer.count("inputs");
  const outputs = layer.count("outputs");
  if (inputs !== features.columns.length || outputs !== classes.length || classes.length < 2)
    throw new InputError(
      `${where}: damaged: a layer of ${inputs} → ${outputs} does not fit ${features.columns.length} columns and ${classes.length} classes`,
    );
  if (read.text("head") !== "softmax")
    throw new InputError(`${where}: damaged: the head "${read.text("head")}" is not known`);
  const linear: LinearLayer = {
    weights: tensor("layers.0.weight", Float32Array, [outputs, inputs]),
    bias: tensor("layers.0.bias", Float32Array, [outputs]),
  };
  const ledger = read.list("ledger").map((entry, i): LedgerEntry => {
    const runs = tensors[`ledger.${i}`]?.values;
    if (!(runs instanceof Uint8Array))
      throw new InputError(`${where}: damaged: it has no array "ledger.${i}"`);
    return {
      source: entry.text("source"),
      sha256: entry.text("sha256"),
      rowRoles: unpackRoles(runs, entry.count("rows")),
    };
  });
  return {
    classes,
    features,
    layers: [linear],
    head: softmaxHead,
    training: readTraining(read.inside("training")),
    ledger,
  };
}

function readFeatures(
  read: Reader,
  tensor: (name: string, type: typeof Float64Array, shape: readonly number[]) => Float64Array,
): Features {
  const columns = read.texts("columns");
  const image = read.optional("image");
  if (image && image.count("height") * image.count("width") !== columns.length)
    read.fail("image", `one of ${columns.length} pixels`);
  return {
    columns,
    image: image && { height: image.count("height"), width: image.count("width") },
    scaling: readScaling(read.inside("scaling"), (name) => tensor(name, Float64Array, [columns.length])),
  };
}

function readScaling(read: Reader, tensor: (name: string) => Float64Array): Scaling {
  if (read.oneOf("kind", ["constant", "columns"]) === "constant") {
    const scale = read.number("scale");
    return scale > 0 ? { kind: "constant", scale } : read.fail("scale", "above 0");
  }
  const center = tensor("features.center");
  const scale = tensor("features.scale");
  if (!center.every(Number.isFinite) || !scale.every((value) => value > 0 && Number.isFinite(value)))
    read.fail("kind", '"constant", or the arrays features.center and features.scale finite numbers');
  return { kind: "columns", center, scale };
}

function readTraining(read: Reader): TrainingRun {
  const options = read.inside("options");
  return {
    source: read.text("source"),
    target: read.text("target"),
    rows: read.count("rows"),
    status: read.oneOf("status", ["completed", "diverged", "cancelled"]),
    seed: read.count("seed"),
    options: {
      solver: options.oneOf("solver", ["sgd"]),
      epochs: options.count("epochs"),
      batch: options.count("batch"),
      learningRate: options.number("learningRate"),
      momentum: options.number("momentum"),
      l2: options.number("l2"),
    },
    history: read.list("history").map((epoch) => ({
      epoch: epoch.count("epoch"),
      loss: epoch.number("loss"),
      accuracy: epoch.number("accuracy"),
    })),
    version: read.text("version"),
  };
}

/** Takes fields out of parsed JSON, each checked; the message names the path of the one that is wrong. */
interface Reader {
  text(name: string): string;
  number(name: string): number;
  /** A whole number ≥ 0. */
  count(name: string): number;
  texts(name: string): string[];
  oneOf<T extends string>(name: string, values: readonly T[]): T;
  inside(name: string): Reader;
  /** Null where the field is null. */
  optional(name: string): Reader | null;
  list(name: string): Reader[];
  /** For what a type does not say. */
  fail(name: string, expected: string): never;
}

function reader(where: string, value: unknown, path = ""): Reader {
  const fields = isRecord(value) ? value : {};
  const fail = (name: string, expected: string): never => {
    throw new InputError(`${where}: damaged: its field ${path}${name} should be ${expected}`);
  };
  const text = (name: string): string => {
    const found = fields[name];
    return typeof found === "string" ? found : fail(name, "a text");
  };
  const number = (name: string): number => {
    const found = fields[name];
    return typeof found === "number" && Number.isFinite(found) ? found : fail(name, "a number");
  };
  const inside = (name: string): Reader => {
    const found = fields[name];
    return isRecord(found) ? reader(where, found, `${path}${name}.`) : fail(name, "an object");
  };
  const list = (name: string): unknown[] => {
    const found = fields[name];
    return Array.isArray(found) ? found : fail(name, "a list");
  };
  return {
    text,
    number,
    inside,
    fail,
    count(name) {
      const found = number(name);
      return Number.isSafeInteger(found) && found >= 0 ? found : fail(name, "a whole number");
    },
    texts(name) {
      const found = list(name);
      return found.every((item) => typeof item === "string") ? found : fail(name, "a list of texts");
    },
    oneOf(name, values) {
      const found = text(name);
      return values.find((item) => item === found) ?? fail(name, `one of ${values.join(", ")}`);
    },
    optional(name) {
      return fields[name] === null ? null : inside(name);
    },
    list(name) {
      return list(name).map((item, i) => reader(where, item, `${path}${name}.${i}.`));
    },
  };
}
