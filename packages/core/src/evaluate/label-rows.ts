import type { LabelSets, Logits } from "../data/index.ts";
import { sigmoid, softplus } from "../functions/index.ts";

/** Per row, means over its labels: of −ln p(what came true), in nats, and of (p − y)². */
export function measureLabels(
  { rows, columns, values }: Logits,
  { values: marks }: LabelSets,
): { loss: Float64Array; distance: Float64Array } {
  const loss = new Float64Array(rows);
  const distance = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (const end = i + columns; i < end; i++) {
      const gap = sigmoid(values[i]) - marks[i];
      loss[row] += softplus(marks[i] === 1 ? -values[i] : values[i]);
      distance[row] += gap * gap;
    }
    loss[row] /= columns;
    distance[row] /= columns;
  }
  return { loss, distance };
}

/** 1 where a label is given: its probability is at least its threshold. */
export function giveLabels({ columns, values }: Logits, thresholds: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (z, i) => (sigmoid(z) >= thresholds[i % columns] ? 1 : 0));
}
