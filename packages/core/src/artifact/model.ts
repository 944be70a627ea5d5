import { packRoles, unpackRoles, type Floats, type LedgerEntry } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { featureCount, featureNames, type InputColumn, type Scaling } from "../features/index.ts";
import { createKernels, type Kernels } from "../kernels/index.ts";
import {
  createClassifier,
  heads,
  takesTexts,
  type Classifier,
  type ClassifierParts,
  type AnyLayer,
  type Features,
} from "../model/index.ts";
import { bodyTensors, readBody } from "./body.ts";
import { calibrationTensors, describeCalibration, readCalibration } from "./calibration.ts";
import { describeGuarantees, readGuarantees, type Guarantees } from "./guarantees.ts";
import { describeInference, inferenceTensors, readInference } from "./inference.ts";
import { reader, type Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";
import { seal, unseal } from "./sealed.ts";
import { spreadWeights, weightTensors } from "./sparse-layer.ts";
import { describeColumn, readTextColumn, textTensors } from "./text-column.ts";
import { readTraining } from "./training.ts";

/** What the text named `sigmax` in a model file begins with; a file with another format is refused. */
const format = 3;
/** The oldest that is still read: the same, but without hidden layers. */
const oldest = 2;

/** A model as a file holds it: the classifier, and what is guaranteed of it. */
export interface SavedModel extends Classifier {
  readonly guarantees: Guarantees | null;
}

/** The model as a `.sigmax` file: safetensors arrays, and beside them a JSON text and a digest of all bytes. */
export function writeModel(model: ClassifierParts & { readonly guarantees?: Guarantees | null }): Uint8Array {
  const { classes, features, body, layers, scores, head, training, inference, calibration, ledger } = model;
  const { guarantees = null } = model;
  const { columns, image, scaling, table = null, missing } = features;
  const tensors: Record<string, Tensor> = {};
  if (body) Object.assign(tensors, bodyTensors(body));
  const hidden = body?.layers ?? [];
  layers.forEach((layer, i) => {
    const name = `layers.${hidden.length + i}`;
    Object.assign(tensors, weightTensors(name, layer));
    tensors[`${name}.bias`] = { shape: [layer.bias.length], values: layer.bias };
  });
  if (scaling.kind === "columns") {
    const shape = [scaling.center.length];
    tensors["features.center"] = { shape, values: scaling.center };
    tensors["features.scale"] = { shape, values: scaling.scale };
  }
  if (table) Object.assign(tensors, textTensors(table));
  if (inference) Object.assign(tensors, inferenceTensors(inference));
  if (calibration) Object.assign(tensors, calibrationTensors(calibration));
  ledger.forEach(({ rowRoles }, i) => {
    const runs = packRoles(rowRoles);
    tensors[`ledger.${i}`] = { shape: [runs.length], values: runs };
  });
  const content = {
    format,
    classes,
    features: {
      columns: columns.slice(0, table ? scaledCount(table) : columns.length), // terms stand in the table
      image,
      scaling: scaling.kind === "constant" ? scaling : { kind: "columns" },
      table: table?.map(describeColumn) ?? null,
      ...(missing && { missing }),
    },
    layers: [
      ...hidden,
      ...layers.map(({ weights, bias }, i) => {
        const kept = tensors[`layers.${hidden.length + i}.columns`];
        return {
          kind: "linear",
          inputs: weights.length / bias.length,
          outputs: bias.length,
          precision: weights instanceof Float64Array ? "float64" : "float32",
          ...(kept && { columns: kept.shape[0] }), // of all others the weights are 0
        };
      }),
    ],
    scores,
    head: head.kind,
    training,
    inference: inference && describeInference(inference),
    calibration: calibration && describeCalibration(calibration),
    guarantees: guarantees && describeGuarantees(guarantees),
    ledger: ledger.map(({ source, sha256: digest, rowRoles }) => ({
      source,
      sha256: digest,
      rows: rowRoles.length,
    })),
  };
  return seal("sigmax", content, tensors);
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
): SavedModel {
  const { content, tensors } = unseal(bytes, "sigmax", "a Sigmax model", where);
  const read = reader(where, content);
  const found = read.count("format");
  if (found > format)
    throw new InputError(
      `${where}: written by a newer Sigmax (format ${found}, this one reads up to ${format}); update Sigmax to read it`,
    );
  if (found < oldest)
    throw new InputError(
      `${where}: written by an older Sigmax (format ${found}, this one reads ${oldest} to ${format}); train it again`,
    );
  const model = createClassifier(readParts(where, read, tensors), kernels);
  const guarantees = read.optional("guarantees");
  return { ...model, guarantees: guarantees && readGuarantees(guarantees, model) };
}

function readParts(where: string, read: Reader, tensors: Readonly<Record<string, Tensor>>): ClassifierParts {
  const tensor: TakeTensor = (name, type, shape) => {
    const found = tensors[name];
    if (found === undefined || !(found.values instanceof type) || found.shape.join() !== shape.join())
      throw new InputError(`${where}: damaged: it has no array "${name}" of shape ${shape.join(" × ")}`);
    return found.values;
  };
  const classes = read.texts("classes");
  const features = readFeatures(read.inside("features"), tensor);
  const inputs = features.columns.length;
  const head = heads[read.oneOf("head", ["softmax", "sigmoid", "multilabel"])];
  if (classes.length < (head.isExclusive ? 2 : 1))
    read.fail("classes", head.isExclusive ? "two or more" : "one label or more");
  if (!head.isExclusive && new Set(classes).size < classes.length)
    read.fail("classes", "labels of different names");
  const scores = read.isNull("scores") ? null : read.oneOf("scores", ["logits", "probabilities"]);
  const layers = read.list("layers");
  if (scores !== null && layers.length > 0) read.fail("layers", "no layer, since the columns are scores");
  if (scores === null && layers.length === 0) read.fail("layers", "one layer or more");
  const body =
    layers.length > 1
      ? readBody(layers.slice(0, -1), inputs, (name, shape) => tensor(name, Float32Array, shape))
      : null;
  if (
    scores !== null &&
    inputs !== classes.length &&
    !(inputs === 1 && classes.length === 2 && head.isExclusive)
  )
    read.fail("scores", "one per class, or one for two classes");
  const outputs = head.outputsFor(classes.length);
  const numbersNamed = (name: string): Float64Array => {
    const values = tensors[name]?.values;
    if (values instanceof Float64Array) return values;
    throw new InputError(`${where}: damaged: it has no array "${name}"`);
  };
  const kept = read.optional("inference");
  if (kept && !head.isExclusive) read.fail("inference", "null: a model of several labels keeps none");
  const calibration = read.optional("calibration");
  const ledger = read.list("ledger").map((entry, i): LedgerEntry => {
    const runs = tensors[`ledger.${i}`]?.values;
    if (!(runs instanceof Uint8Array))
      throw new InputError(`${where}: damaged: it has no array "ledger.${i}"`);
    return {
      source: entry.text("source"),
      sha256: entry.text("sha256"),
      rowRoles: unpackRoles(runs, entry.count("rows"), `${where}: ledger.${i}`),
    };
  });
  return {
    classes,
    features,
    body,
    layers:
      scores === null
        ? [
            readLayer(layers[layers.length - 1], tensor, {
              name: `layers.${layers.length - 1}`,
              inputs: body?.outputs ?? inputs,
              outputs,
              isBehindBody: body !== null,
              isOfTexts: takesTexts({ features }),
            }),
          ]
        : [],
    scores,
    head,
    training: readTraining(read.inside("training")),
    inference:
      kept &&
      readInference(
        kept,
        (name, shape) => tensor(name, Float64Array, shape),
        body?.outputs ?? inputs,
        classes.length - 1,
      ),
    calibration: calibration && readCalibration(calibration, { classes, head }, numbersNamed),
    ledger,
  };
}

/** An array of the file, by its name, type and shape. */
type TakeTensor = <T extends Tensor["values"]>(
  name: string,
  type: new (length: number) => T,
  shape: readonly number[],
) => T;

function readLayer(
  read: Reader,
  tensor: TakeTensor,
  {
    name,
    inputs,
    outputs,
    isBehindBody,
    isOfTexts,
  }: { name: string; inputs: number; outputs: number; isBehindBody: boolean; isOfTexts: boolean },
): AnyLayer {
  read.oneOf("kind", ["linear"]);
  if (read.count("inputs") !== inputs)
    read.fail(
      "inputs",
      isBehindBody ? `${inputs}, as many as come out of the layer before` : `${inputs}, one per column`,
    );
  if (outputs === 0 || read.count("outputs") !== outputs)
    read.fail("outputs", `${outputs}, as the head needs for so many classes`);
  const count = read.has("columns") ? read.count("columns") : null;
  const layerOf = <F extends Floats>(type: new (length: number) => F) => {
    const stored = tensor(`${name}.weight`, type, [outputs, count ?? inputs]);
    const weights =
      count === null
        ? stored
        : spreadWeights(read, tensor(`${name}.columns`, Float64Array, [count]), stored, {
            inputs,
            outputs,
            create: (length) => new type(length),
          });
    return { weights, bias: tensor(`${name}.bias`, type, [outputs]) };
  };
  return read.oneOf("precision", isBehindBody || isOfTexts ? ["float32"] : ["float32", "float64"]) ===
    "float64"
    ? layerOf(Float64Array)
    : layerOf(Float32Array);
}

/** How many features come first and are scaled: all but the terms of texts. */
function scaledCount(table: readonly InputColumn[]): number {
  return table.reduce((sum, column) => sum + (column.kind === "text" ? 0 : featureCount(column)), 0);
}

function readFeatures(read: Reader, tensor: TakeTensor): Features {
  const scaled = read.texts("columns");
  const image = read.optional("image");
  if (image && image.count("height") * image.count("width") !== scaled.length)
    read.fail("image", `one of ${scaled.length} pixels`);
  const table = read.isNull("table")
    ? null
    : read.list("table").map((column, i) => readColumn(column, i, tensor));
  const columns = table ? featureNames(table) : scaled;
  if (table && columns.slice(0, scaledCount(table)).join("\n") !== scaled.join("\n"))
    read.fail("table", "columns that become the features in its field columns");
  if (table && new Set(table.map(({ name }) => name)).size < table.length)
    read.fail("table", "columns of different names");
  const scaling = readScaling(read, (name) => tensor(name, Float64Array, [scaled.length]));
  if (table && scaling.kind !== "columns") read.fail("scaling", "by columns, since a table was learned");
  return {
    columns,
    image: image && { height: image.count("height"), width: image.count("width") },
    scaling,
    ...(table && { table }),
    ...(read.has("missing") && { missing: read.texts("missing") }),
  };
}

function readColumn(read: Reader, i: number, tensor: TakeTensor): InputColumn {
  const kind = read.oneOf("kind", ["numeric", "categorical", "text"]);
  if (kind === "text") return readTextColumn(read, i, (name, length) => tensor(name, Float64Array, [length]));
  const name = read.text("name");
  const hasMissing = read.flag("hasMissing");
  const missing = { hasMissing, ...(read.has("missingRows") && { missingRows: read.count("missingRows") }) };
  if (kind === "numeric") return { kind, name, ...missing };
  const categories = read.texts("categories");
  if (new Set(categories).size < categories.length) read.fail("categories", "different texts");
  if (!read.has("categoryRows")) return { kind, name, categories, ...missing };
  const categoryRows = read.numbers("categoryRows");
  if (categoryRows.length !== categories.length) read.fail("categoryRows", "a number per category");
  return { kind, name, categories, categoryRows, ...missing };
}

function readScaling(features: Reader, tensor: (name: string) => Float64Array): Scaling {
  const read = features.inside("scaling");
  if (read.oneOf("kind", ["constant", "columns"]) === "constant") {
    const scale = read.number("scale");
    return scale > 0 ? { kind: "constant", scale } : read.fail("scale", "above 0");
  }
  const center = tensor("features.center");
  const scale = tensor("features.scale");
  if (!center.every(Number.isFinite) || !scale.every((value) => value > 0 && Number.isFinite(value)))
    features.fail("scaling", "finite centers and positive scales");
  return { kind: "columns", center, scale };
}
