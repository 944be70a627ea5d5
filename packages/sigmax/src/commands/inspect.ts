import { InputError, readModel, type Classifier } from "@sigmax/core";
import { bodyFacts, labelThresholdsOf } from "@sigmax/core/model";
import type { Scaling, TextColumns } from "@sigmax/core/features";
import { openAsBlob } from "node:fs";
import { count, percent, printJson, printLines, table } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { describeColumns, type ColumnFacts } from "../sources/describe.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import type { Rows } from "../sources/source.ts";
import { withDashes } from "./flag-words.ts";
import { promisesOf } from "./guarantees.ts";
import { usesOf } from "./model-rows.ts";
import type { InspectFlags } from "./inspect.flags.ts";
import { tableOptions } from "./table.flags.ts";
import { learnedShapes } from "./learned-shapes.ts";
import { textInWords } from "./text-facts.ts";
import { textColumnsOf } from "./text.flags.ts";
import { learnedColumns, learnedInWords } from "./learned.ts";

export async function inspect(flags: InspectFlags, thing: string): Promise<void> {
  const isModel = thing.endsWith(".sigmax") || (!isTablePath(thing) && (await looksLikeModel(thing)));
  const text = textColumnsOf(flags);
  const options = tableOptions(flags);
  const [option] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (isModel && option !== undefined)
    throw new InputError(`--${option}: ${thing} is a model, and nothing of it can be chosen; leave it out`);
  const shown = isModel ? await modelFacts(thing) : sourceFacts(await openRows(thing, options), text);
  if (flags.json) printJson(shown.json);
  else printLines(shown.lines);
}

interface Facts {
  readonly json: object;
  readonly lines: string[];
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
  const last = training.history.at(-1);
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
          `${training.status}${last ? `; last epoch: loss ${last.loss.toFixed(4)}, accuracy ${percent(last.accuracy)}` : ""}`,
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

/** More classes than one reads line by line: the largest are shown. */
const mostBalanced = 100;
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

function sourceFacts(source: Rows, text: TextColumns | undefined): Facts {
  const { columns, image, target, doubts } = source;
  const parts = source.parts.map(({ name, data, labels }) => {
    const counts = labels?.classes.map(() => 0) ?? [];
    for (const k of labels?.indices ?? []) counts[k]++;
    return {
      name,
      rows: data.rows,
      classes: counts.map((rows, k) => ({ class: labels?.classes[k] ?? "", rows })),
      columns: describeColumns(data, columns, text),
    };
  });
  return {
    json: {
      kind: "source",
      name: source.name,
      target,
      columns: columns.length,
      columnNames: columns,
      image,
      notes: doubts,
      parts,
    },
    lines: [
      `Source ${source.name}`,
      ...table([
        ["target", target ?? "none named; --target names one"],
        ["columns", image ? `${image.height} × ${image.width} pixels` : String(columns.length)],
      ]).map((line) => `  ${line}`),
      ...parts.flatMap((part) => [
        "",
        `${part.name === "all" ? "Rows" : `Rows, ${part.name}`}: ${count(part.rows)}`,
        ...(part.classes.length === 0 ? [] : balanceTable(part.classes, part.rows)),
        "",
        ...(image ? [pixelsInWords(part.columns)] : columnTable(part.columns)),
        ...part.columns.flatMap((facts) => (facts.kind === "text" ? ["", ...textInWords(facts)] : [])),
      ]),
      ...(doubts.length > 0 ? ["", ...doubts.map((doubt) => `Note: ${doubt}`)] : []),
    ],
  };
}

function balanceTable(classes: readonly { class: string; rows: number }[], rows: number): string[] {
  const largest = classes.length > mostBalanced ? classes.toSorted((a, b) => b.rows - a.rows) : classes;
  const shown = largest.slice(0, mostBalanced);
  return [
    ...table(
      shown.map((each) => [each.class, count(each.rows), percent(each.rows / rows)]),
      [1, 2],
    ),
    ...(classes.length > shown.length ? [`and ${count(classes.length - shown.length)} more`] : []),
  ].map((line) => `  ${line}`);
}

function columnTable(columns: readonly ColumnFacts[]): string[] {
  return table(
    [
      ["column", "kind", "missing", "values"],
      ...columns.map((facts) => [facts.name, facts.kind, count(facts.missing), valuesInWords(facts)]),
    ],
    [2],
  );
}

/** "4.3 to 7.9, mean 5.843, sd 0.8253", "3: red (40), green (38), blue (2)". */
function valuesInWords(facts: ColumnFacts): string {
  if (facts.kind === "numeric")
    return facts.min === null
      ? "none"
      : `${digits(facts.min)} to ${digits(facts.max)}, mean ${digits(facts.mean)}, sd ${digits(facts.sd)}`;
  if (facts.kind === "text") return `${count(facts.featureCount)} features of ${count(facts.texts)} texts`;
  const top = facts.top.map(({ category, rows }) => `${category} (${count(rows)})`).join(", ");
  return `${count(facts.categories)}: ${top}${facts.categories > facts.top.length ? ", …" : ""}`;
}

/** Of an image, all pixels together: 784 lines tell nobody anything. */
function pixelsInWords(columns: readonly ColumnFacts[]): string {
  const pixels = columns.flatMap((facts) => (facts.kind === "numeric" ? [facts] : []));
  const min = Math.min(...pixels.map((pixel) => pixel.min ?? 0));
  const max = Math.max(...pixels.map((pixel) => pixel.max ?? 0));
  const mean = pixels.reduce((sum, pixel) => sum + (pixel.mean ?? 0), 0) / pixels.length;
  const constant = pixels.filter((pixel) => pixel.min === pixel.max).length;
  return `Pixels: ${digits(min)} to ${digits(max)}, mean ${digits(mean)}; the same in all rows: ${count(constant)}`;
}

/** Four significant digits. */
function digits(value: number | null): string {
  return value === null ? "beyond float64" : String(Number(value.toPrecision(4)));
}
