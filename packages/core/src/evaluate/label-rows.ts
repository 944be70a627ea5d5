import type { LabelSets, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
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

/** Per row the share of its marks that are wrong. */
export function wrongShares(given: Uint8Array, { names, rows, values }: LabelSets): Float64Array {
  const output = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (const end = i + names.length; i < end; i++) if (given[i] !== values[i]) output[row]++;
    output[row] /= names.length;
  }
  return output;
}

/** @throws InputError unless there is one per label, none NaN or negative */
export function checkThresholds(
  where: string,
  thresholds: ArrayLike<number>,
  names: readonly string[],
): void {
  if (thresholds.length !== names.length)
    throw new InputError(
      `${where}: thresholds must be one per label, ${names.length}, got ${thresholds.length}`,
    );
  for (let k = 0; k < names.length; k++)
    if (!(thresholds[k] >= 0))
      throw new InputError(`${where}: thresholds must be ≥ 0, got ${thresholds[k]} for "${names[k]}"`);
}
