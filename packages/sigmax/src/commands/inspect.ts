import { readModel, type Classifier } from "@sigmax/core";
import { openAsBlob } from "node:fs";
import { count, percent, printJson, printLines, table } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { openSource } from "../sources/open.ts";
import type { Source } from "../sources/source.ts";
import { usesOf } from "./evaluate.ts";
import type { InspectFlags } from "./inspect.flags.ts";

export async function inspect(flags: InspectFlags, thing: string): Promise<void> {
  const isModel = thing.endsWith(".sigmax") || (await looksLikeModel(thing));
  const shown = isModel
    ? await modelFacts(thing)
    : sourceFacts(await openSource(thing, { target: flags.target }));
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
  const { classes, features, training, ledger, head } = model;
  const layers = model.layers.map(({ weights, bias }) => ({
    kind: "linear",
    inputs: weights.length / bias.length,
    outputs: bias.length,
    parameters: weights.length + bias.length,
    bytes: weights.byteLength + bias.byteLength,
  }));
  const rows = ledger.map((entry) => ({ source: entry.source, sha256: entry.sha256, uses: usesOf(entry) }));
  const last = training.history.at(-1);
  const { image, columns, scaling } = features;
  return {
    json: {
      kind: "model",
      bytes: bytes.length,
      classes,
      columns: columns.length,
      columnNames: columns,
      image,
      scaling: scalingJson(model),
      layers,
      head: head.kind,
      training,
      ledger: rows,
      calibration: null,
      guarantees: [],
    },
    lines: [
      `Model, ${count(bytes.length)} bytes, written by Sigmax ${training.version}`,
      ...table([
        ["classes", `${classes.length}: ${classes.join(", ")}`],
        [
          "columns",
          image ? `${image.height} × ${image.width} pixels` : `${columns.length}: ${columns.join(", ")}`,
        ],
        [
          "scaling",
          scaling.kind === "constant"
            ? `every column divided by ${scaling.scale}`
            : "each column standardized by its training mean and deviation",
        ],
        ...layers.map((layer, i) => [
          `layer ${i}`,
          `${layer.kind}, ${layer.inputs} → ${layer.outputs}: ${layer.inputs} · ${layer.outputs} + ${layer.outputs} = ${count(layer.parameters)} parameters, ${count(layer.bytes)} bytes`,
        ]),
        ["head", head.kind],
        [
          "trained on",
          `${training.source}, target ${training.target}, ${count(training.rows)} rows, seed ${training.seed}`,
        ],
        [
          "options",
          Object.entries(training.options)
            .map(([name, value]) => `${name} ${value}`)
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
        ["calibration", "none"],
        ["guarantees", "none"],
      ]).map((line) => `  ${line}`),
    ],
  };
}

function scalingJson({ features: { scaling, columns } }: Classifier): object {
  if (scaling.kind === "constant") return scaling;
  return columns.map((column, j) => ({ column, center: scaling.center[j], scale: scaling.scale[j] }));
}

function sourceFacts(source: Source): Facts {
  const parts = source.parts.map(({ name, matrix, labels }) => {
    const counts = labels.classes.map(() => 0);
    for (const k of labels.indices) counts[k]++;
    return {
      name,
      rows: matrix.rows,
      classes: labels.classes.map((name_, k) => ({ class: name_, rows: counts[k] })),
    };
  });
  const { columns, image, target } = source;
  return {
    json: {
      kind: "source",
      name: source.name,
      target,
      columns: columns.length,
      columnNames: columns,
      image,
      parts,
    },
    lines: [
      `Source ${source.name}`,
      ...table([
        ["target", target],
        [
          "columns",
          image ? `${image.height} × ${image.width} pixels` : `${columns.length}: ${columns.join(", ")}`,
        ],
      ]).map((line) => `  ${line}`),
      ...parts.flatMap(({ name, rows, classes }) => [
        "",
        `${name === "all" ? "Rows" : `Rows, ${name}`}: ${count(rows)}`,
        ...table(
          classes.map((each) => [each.class, count(each.rows), percent(each.rows / rows)]),
          [1, 2],
        ).map((line) => `  ${line}`),
      ]),
    ],
  };
}
