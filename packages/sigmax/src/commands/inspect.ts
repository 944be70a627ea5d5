import { InputError, readModel, type Classifier } from "@sigmax/core";
import { bodyFacts, labelThresholdsOf } from "@sigmax/core/model";
import type { Scaling } from "@sigmax/core/features";
import { openAsBlob } from "node:fs";
import { count, percent, printJson, printLines, table } from "../output.ts";
import { keptEpoch } from "../report/kept-epoch.ts";
import { readBytes } from "../sources/files.ts";
import { openLabelSource } from "../sources/label-source.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { withDashes } from "./flag-words.ts";
import { promisesOf } from "./guarantees.ts";
import { labelTargetsOf } from "./label-targets.ts";
import { usesOf } from "./model-rows.ts";
import type { InspectFlags } from "./inspect.flags.ts";
import { labelSourceFacts, sourceFacts, type Facts } from "./inspect-source.ts";
import { tableOptions } from "./table.flags.ts";
import { learnedShapes } from "./learned-shapes.ts";
import { textColumnsOf } from "./text.flags.ts";
import { learnedColumns, learnedInWords } from "./learned.ts";

export async function inspect(flags: InspectFlags, thing: string): Promise<void> {
  const isModel = thing.endsWith(".sigmax") || (!isTablePath(thing) && (await looksLikeModel(thing)));
  const text = textColumnsOf(flags);
  const options = tableOptions(flags);
  const { labels } = flags;
  const [option] = Object.entries({ ...options, labels }).find(([, value]) => value !== undefined) ?? [];
  if (isModel && option !== undefined)
    throw new InputError(`--${option}: ${thing} is a model, and nothing of it can be chosen; leave it out`);
  const targets = isModel ? null : labelTargetsOf(flags);
  const shown = isModel
    ? await modelFacts(thing)
    : targets === null
      ? sourceFacts(await openRows(thing, options), text)
      : labelSourceFacts(await openLabelSource(thing, targets, options), text);
  if (flags.json) printJson(shown.json);
  else printLines(shown.lines);
}

/** A safetensors header is JSON behind eight bytes of length. */
async function looksLikeModel(path: string): Promise<boolean> {
  try {
    const blob = await openAsBlob(path); // throws at once, without a promise, where there is no file
    return (await blob.slice(8, 9).text()) === "{";
  } catch {
    return false;
  }
}

async function modelFacts(path: string): Promise<Facts> {
  const { bytes } = await readBytes(path);
  const model = readModel(bytes, { where: path });
  const { classes, features, training, ledger, head, calibration, guarantees } = model;
  const layers = layersOf(model);
  const rows = ledger.map((entry) => ({ source: entry.source, sha256: entry.sha256, uses: usesOf(entry) }));
  const kept = keptEpoch(training.history);
  const { image, columns, scaling } = features;
  const scaled = scaling.kind === "columns" ? columns.slice(0, scaling.center.length) : columns; // terms are not
  const inputs = features.table?.map(({ name }) => name) ?? columns;
  const isLinear = model.layers.length > 0 && model.body === null;
  const learned = image || !isLinear ? null : learnedColumns(model); // scores of another model have no layer
  const promises = guarantees ? promisesOf(guarantees) : [];
  const thresholds = labelThresholdsOf(model);
  return {
    json: {
      kind: "model",
      bytes: bytes.length,
      classes,
      columns: columns.length,
      columnNames: scaled,
      image,
      scaling: scalingJson(scaling, scaled),
      learned,
      layers,
      head: head.kind,
      training,
      ledger: rows,
      calibration: calibration && {
        kind: calibration.calibrator.kind,
        source: calibration.source,
        rows: calibration.rows,
        reason: calibration.reason,
      },
      guarantees: promises,
      ...(!head.isExclusive && {
        labels: classes.map((label, k) => ({
          label,
          trainRows: training.classRows?.[k] ?? null,
          threshold: thresholds[k],
        })),
      }),
    },
    lines: [
      `Model, ${count(bytes.length)} bytes, written by Sigmax ${training.version}`,
      ...table([
        head.isExclusive
          ? ["classes", `${count(classes.length)}: ${shortened(classes)}`]
          : [
              "labels",
              `${count(classes.length)}: ${labelsWithRows(model)}; a row carries any number of them`,
            ],
        [
          "columns",
          image
            ? `${image.height} × ${image.width} pixels`
            : `${count(inputs.length)}${inputs.length === columns.length ? "" : `, which become ${count(columns.length)} features`}`,
        ],
        ["scaling", scalingInWords(model)],
        ...layers.map((layer, i) => [`layer ${i}`, layerInWords(layer)]),
        ...(layers.length < 2
          ? []
          : [
              [
                "all layers",
                `${count(totalOf(layers.map(({ parameters }) => parameters)))} parameters, ${count(totalOf(layers.map(({ bytes: own }) => own)))} bytes`,
              ],
            ]),
        ...learnedShapes(model).map((shape) => ["learned", shape]),
        ["head", head.kind],
        [
          "trained on",
          `${training.source}, target ${training.target}, ${count(training.rows)} rows, seed ${training.seed}`,
        ],
        [
          "options",
          Object.entries(training.options)
            .filter(([, value]) => value !== null && typeof value !== "object")
            .map(([name, value]) => `${withDashes(name).slice("--".length)} ${value}`)
            .join(", "),
        ],
        [
          "status",
          `${training.status}${kept ? `; ${kept.validationLoss === undefined ? "last epoch" : `weights of epoch ${kept.epoch}`}: loss ${kept.loss.toFixed(4)}, accuracy ${percent(kept.accuracy)}` : ""}`,
        ],
        ...rows.map(({ source, uses, sha256 }) => [
          "rows",
          `${source}: ${uses.join(", ")} (SHA-256 ${sha256.slice(0, 12)}…)`,
        ]),
        [
          "calibration",
          calibration
            ? `${calibration.calibrator.kind}, from ${count(calibration.rows)} rows of ${calibration.source}: ${calibration.reason}`
            : "none",
        ],
        ...(head.isExclusive ? [] : [["thresholds", thresholdsInWords(classes, thresholds)]]),
        ...(training.warnings ?? []).map((warning) => ["warning", warning]),
        ...(promises.length === 0 ? ["none"] : promises).map((promise) => ["guarantees", promise]),
      ]).map((line) => `  ${line}`),
      ...(learned ? ["", ...learnedInWords(model, learned)] : []),
    ],
  };
}

/** More names than a line has room for. */
const mostNamed = 20;

/** "web (304), games (120)", rows of the training rows. */
function labelsWithRows({ classes, training }: Classifier): string {
  const named = classes.map((name, k) => `${name} (${count(training.classRows?.[k] ?? 0)})`);
  return shortened(named);
}

function shortened(names: readonly string[]): string {
  return `${names.slice(0, mostNamed).join(", ")}${names.length > mostNamed ? ", …" : ""}`;
}

function thresholdsInWords(classes: readonly string[], thresholds: Float64Array): string {
  if (thresholds.every((each) => each === 0.5)) return "a label is given from 0.5 on";
  const named = classes.map((name, k) => `${name} ${thresholds[k].toFixed(3)}`);
  return `a label is given from: ${shortened(named)}`;
}

function scalingInWords({ features: { scaling, table: inputs } }: Classifier): string {
  if (scaling.kind === "constant") return `every column divided by ${scaling.scale}`;
  const texts = inputs?.filter(({ kind }) => kind === "text").length ?? 0;
  const standardized = "standardized by its training mean and deviation";
  if (texts === 0) return `each column ${standardized}`;
  const lengths = "the terms of each text divided by the root of their sum of squares";
  return texts === inputs?.length ? lengths : `${lengths}, each other column ${standardized}`;
}

interface LayerFacts {
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: number;
  readonly bytes: number;
}

/** The hidden layers and the linear one behind them. */
function layersOf({ body, layers }: Classifier): LayerFacts[] {
  const hidden =
    body === null
      ? []
      : bodyFacts(body).map(({ slopes: _slopes, ...layer }) => ({ ...layer, bytes: 4 * layer.parameters }));
  return [
    ...hidden,
    ...layers.map(({ weights, bias }) => ({
      kind: "linear",
      inputs: weights.length / bias.length,
      outputs: bias.length,
      parameters: weights.length + bias.length,
      bytes: weights.byteLength + bias.byteLength,
    })),
  ];
}

function layerInWords({ kind, inputs, outputs, parameters, bytes }: LayerFacts): string {
  const isDense = parameters === inputs * outputs + outputs;
  const sizes = inputs === outputs && !isDense ? count(inputs) : `${count(inputs)} → ${count(outputs)}`;
  if (parameters === 0) return `${kind}, ${sizes}`;
  const how = isDense ? `${inputs} · ${outputs} + ${outputs} = ` : "";
  return `${kind}, ${sizes}: ${how}${count(parameters)} ${parameters === 1 ? "parameter" : "parameters"}, ${count(bytes)} bytes`;
}

function totalOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function scalingJson(scaling: Scaling, columns: readonly string[]): object {
  if (scaling.kind === "constant") return scaling;
  return columns.map((column, j) => ({ column, center: scaling.center[j], scale: scaling.scale[j] }));
}
