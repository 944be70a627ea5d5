import { takeRows, takeTableRows, type Probabilities } from "@sigmax/core/data";
import { contributions, predictIntervals } from "@sigmax/core/inference";
import type { RowSet } from "../commands/rows.ts";
import { cellAt, isTable } from "../sources/source.ts";
import type { Reported } from "./build.ts";
import type { Reason, Reasons } from "./data.ts";

/** More would make the page too long to read. */
const mostRows = 4;

/** Takes apart the mistakes given, surest first, or where there are none, the rows with the two top classes nearest. */
export function reasonsFor(
  { model, tested, logits }: Reported,
  mistakes: readonly { readonly place: number; readonly predicted: number }[],
): Reasons {
  const { indices } = tested.labels;
  const pairs =
    mistakes.length > 0
      ? mistakes
          .slice(0, mostRows)
          .map(({ place, predicted }) => ({ place, predicted, rival: indices[place] }))
      : closestCalls(model.head.probabilities(logits));
  const { scaling } = model.features;
  if (model.scores !== null || model.body !== null) return { of: "mistakes", baseline: "zeros", rows: [] }; // it adds up no columns
  return {
    of: mistakes.length > 0 ? "mistakes" : "uncertain",
    baseline: scaling.kind === "columns" ? "means" : "zeros",
    rows: pairs.map((pair) => reasonFor(model, tested, pair)),
  };
}

interface Pair {
  readonly place: number;
  readonly predicted: number;
  readonly rival: number;
}

function closestCalls({ values: probabilities, columns: classes }: Probabilities): readonly Pair[] {
  const pairs: (Pair & { margin: number })[] = [];
  for (let start = 0; start < probabilities.length; start += classes) {
    let predicted = 0;
    let rival = 1;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[start + k];
      if (p > probabilities[start + predicted]) [predicted, rival] = [k, predicted];
      else if (k !== predicted && p > probabilities[start + rival]) rival = k;
    }
    const margin = probabilities[start + predicted] - probabilities[start + rival];
    pairs.push({ place: start / classes, predicted, rival, margin });
  }
  return pairs.toSorted((a, b) => a.margin - b.margin).slice(0, mostRows);
}

function reasonFor(
  model: Reported["model"],
  { data, labels, places }: RowSet,
  { place, predicted, rival }: Pair,
): Reason {
  const at = Uint32Array.of(place);
  const one = isTable(data) ? takeTableRows(data, at) : takeRows(data, at);
  const explanation = contributions(model, one, {
    class: model.classes[predicted],
    against: model.classes[rival],
  });
  const intervals = model.inference && predictIntervals(model, one);
  const cells = isTable(one) ? new Map(one.columns.map((column) => [column.name, cellAt(column, 0)])) : null;
  return {
    row: places?.[place] ?? place,
    label: labels.classes[labels.indices[place]],
    explanation,
    probabilities: Array.from(model.predict(one).values, (value, k) => ({
      value,
      interval: intervals && [intervals.low[k], intervals.high[k]],
    })),
    values: explanation.contributions.map(({ column, count }, i) =>
      isTable(one) ? (count ?? cells?.get(column) ?? null) : one.values[i],
    ),
  };
}
