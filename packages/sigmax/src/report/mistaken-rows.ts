import type { Labels, Probabilities } from "@sigmax/core/data";
import type { RowSet } from "../commands/rows.ts";
import { cellAt, isTable } from "../sources/source.ts";
import type { ReportData } from "./data.ts";

/** More would be too many to look at. */
const mostShown = 12;

/** A wrong row by its place among those tested. */
interface Wrong {
  readonly place: number;
  readonly predicted: number;
  readonly probabilities: readonly number[];
}

/** The wrong rows with the highest probability of the class that was predicted, highest first. */
export function surestMistakes(
  { rows, values, columns: classes }: Probabilities,
  { indices }: Labels,
): readonly Wrong[] {
  const wrong: { place: number; predicted: number; confidence: number }[] = [];
  for (let place = 0; place < rows; place++) {
    const start = place * classes;
    let predicted = 0;
    for (let k = 1; k < classes; k++) if (values[start + k] > values[start + predicted]) predicted = k;
    if (predicted !== indices[place]) wrong.push({ place, predicted, confidence: values[start + predicted] });
  }
  return wrong
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, mostShown)
    .map(({ place, predicted }) => ({
      place,
      predicted,
      probabilities: [...values.subarray(place * classes, (place + 1) * classes)],
    }));
}

export function mistakeOf(
  { labels, data, places }: RowSet,
  { place, predicted, probabilities }: Wrong,
): ReportData["mistakes"][number] {
  return {
    row: places?.[place] ?? place,
    label: labels.classes[labels.indices[place]],
    predicted: labels.classes[predicted],
    probabilities,
    values: isTable(data)
      ? data.columns.map((column) => cellAt(column, place))
      : [...data.values.subarray(place * data.columns, (place + 1) * data.columns)],
  };
}
