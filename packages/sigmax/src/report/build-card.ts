import type { Classifier } from "@sigmax/core";
import type { Labels } from "@sigmax/core/data";
import { usesOf } from "../commands/model-rows.ts";
import type { ModelCard } from "./card-data.ts";

/** The rest are counted. */
const mostInputs = 60;

/** What the model file says of the model, and the rows of their classes. */
export function cardOf({ features, training, ledger }: Classifier, { classes, indices }: Labels): ModelCard {
  const counts = classes.map(() => 0);
  for (const k of indices) counts[k]++;
  const { image, table, columns } = features;
  const pixels = image && [{ name: `${image.height} × ${image.width} pixels`, kind: "numbers" }];
  const inputs = table
    ? table.map((column) => ({ name: column.name, kind: kindOf(column) }))
    : columns.map((name) => ({ name, kind: "number" }));
  return {
    classes: classes.map((name, k) => ({ name, share: counts[k] / indices.length })),
    inputs: pixels ?? inputs.slice(0, mostInputs),
    inputCount: inputs.length,
    ledger: ledger.map((entry) => ({ source: entry.source, uses: usesOf(entry).join(", ") })),
    trainedOn: training.source,
    trainedBy: training.version,
    engine: `Node ${process.versions.node}`,
  };
}

function kindOf(column: NonNullable<Classifier["features"]["table"]>[number]): string {
  if (column.kind === "numeric") return column.hasMissing ? "number, may be missing" : "number";
  if (column.kind === "text") return "text";
  return `one of ${column.categories.length} names`;
}
