import type { Labels, Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";

/** Rows of two classes as plain loops take them. */
export interface TwoClasses {
  readonly rows: number;
  /** Columns and, last, a 1 for the intercept. */
  readonly width: number;
  /** rows × width, row-major. */
  readonly values: Float64Array;
  /** The share of the second class that each row is to get, in [0, 1]. */
  readonly targets: Float64Array;
  /** What each row counts. */
  readonly weights: Float64Array;
}

/** @throws InputError unless there are exactly two classes, both with rows, and a label for each row */
export function openTwoClasses(where: string, features: Matrix, { classes, indices }: Labels): TwoClasses {
  const { rows, columns, values } = features;
  if (classes.length !== 2)
    throw new InputError(`${where}: one output or two is a question for two classes, got ${classes.length}`);
  if (indices.length !== rows)
    throw new InputError(`${where}: needs one label per row, got ${indices.length} labels for ${rows} rows`);
  const absent = classes.find((_, k) => !indices.includes(k));
  if (absent !== undefined) throw new InputError(`${where}: class "${absent}" has no rows`);
  const width = columns + 1;
  const widened = new Float64Array(rows * width).fill(1);
  for (let row = 0; row < rows; row++)
    widened.set(values.subarray(row * columns, (row + 1) * columns), row * width);
  return {
    rows,
    width,
    values: widened,
    targets: Float64Array.from(indices),
    weights: new Float64Array(rows).fill(1),
  };
}

/** The same rows with targets (1 − ε)·y + ε/2. */
export function smoothed(data: TwoClasses, epsilon: number): TwoClasses {
  return { ...data, targets: data.targets.map((target) => (1 - epsilon) * target + epsilon / 2) };
}

/** The same rows, each counting what its class does. */
export function weighted(data: TwoClasses, classWeights: readonly [number, number]): TwoClasses {
  return { ...data, weights: data.weights.map((weight, row) => weight * classWeights[data.targets[row]]) };
}
