import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import { totalWeight } from "../functions/weights.ts";

export interface CalibrationOptions {
  /** One per row, finite and ≥ 0: a row of weight 2 counts as two. Default 1 each. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** What the fits within a cross-validation may also be told. */
export interface StartOptions extends CalibrationOptions {
  /** The numbers of a fit of the same kind on nearly the same rows: where to start, which saves passes. */
  readonly start?: Readonly<Record<string, Float64Array>> | undefined;
}

/**
 * The door of every fit.
 *
 * @throws InputError unless logits and labels fit together, there are two classes and two rows or more, each class has a
 *   row (with a weight above 0), and no row's true class is masked
 */
export function checkCalibrationRows(
  where: string,
  logits: Logits,
  labels: Labels,
  sampleWeights: ArrayLike<number> | undefined,
): void {
  checkScores(where, logits, labels);
  const { rows, columns, values } = logits;
  if (columns < 2) throw new InputError(`${where}: two classes or more are needed, got ${columns}`);
  if (rows < 2) throw new InputError(`${where}: two rows or more are needed, got ${rows}`);
  totalWeight(where, sampleWeights, rows);
  const isThere = new Uint8Array(columns);
  for (let row = 0; row < rows; row++) {
    const label = labels.indices[row];
    if (values[row * columns + label] === -Infinity)
      throw new InputError(
        `${where}: the true class must not be masked (−Infinity, probability 0), which no calibrator can mend; it is "${labels.classes[label]}" at row ${row}`,
      );
    if (!sampleWeights || sampleWeights[row] > 0) isThere[label] = 1;
  }
  const absent = isThere.indexOf(0);
  if (absent >= 0)
    throw new InputError(
      `${where}: each class needs a calibration row, got none of class "${labels.classes[absent]}"`,
    );
}
