import type { Labels, Logits, Probabilities } from "../src/data/index.ts";
import { softmax } from "../src/functions/index.ts";
import { createGenerator } from "../src/random/index.ts";

export function logitsOf(columns: number, values: readonly number[]): Logits {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "logits" };
}

/** Two classes, from the log-odds of the second. */
export function twoClasses(scores: readonly number[]): Logits {
  return logitsOf(
    2,
    scores.flatMap((score) => [0, score]),
  );
}

export function labelsOf(classCount: number, indices: readonly number[]): Labels {
  return {
    classes: Array.from({ length: classCount }, (_, k) => `c${k}`),
    indices: Int32Array.from(indices),
  };
}

export function probabilitiesOf({ rows, columns, values }: Logits): Probabilities {
  return { rows, columns, values: softmax(values, columns), unit: "probabilities" };
}

/** Rows of normal logits whose labels follow softmax(law(logits)). */
export function drawRows(
  rows: number,
  columns: number,
  seed: number,
  law: (z: number, k: number) => number = (z) => z,
): [Logits, Labels] {
  const generator = createGenerator(seed, 17);
  const values = Float64Array.from({ length: rows * columns }, () => 2 * generator.normal());
  const shares = softmax(
    values.map((z, i) => law(z, i % columns)),
    columns,
  );
  const indices = Array.from({ length: rows }, (_, row) => {
    let rest = generator.uniform();
    for (let k = 0; k < columns - 1; k++) {
      rest -= shares[row * columns + k];
      if (rest < 0) return k;
    }
    return columns - 1;
  });
  return [{ rows, columns, values, unit: "logits" }, labelsOf(columns, indices)];
}

/** The columns in another order: new column k is old column order[k]. */
export function reorder({ rows, columns, values }: Logits, order: readonly number[]): Logits {
  return logitsOf(
    columns,
    Array.from({ length: rows * columns }, (_, i) => values[i - (i % columns) + order[i % columns]]),
  );
}
