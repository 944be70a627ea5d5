import type { Labels, Probabilities } from "../src/data/index.ts";
import { softmax } from "../src/functions/index.ts";
import type { Generator } from "../src/random/index.ts";

// Rows for tests of conformal sets: a model that is wrong about them, as models are.

export interface Sample {
  readonly probabilities: Probabilities;
  readonly labels: Labels;
  readonly groups: Labels;
}

const classes: readonly string[] = ["a", "b", "c", "d"];

/**
 * Rows of four classes whose labels follow half the logits: the model is overconfident, and more wrong in group "south".
 *
 * @param steps so many different values a logit may take; few make many rows equal. 0: a continuum
 */
export function drawSample(rows: number, generator: Generator, steps = 0): Sample {
  const columns = classes.length;
  const draw = (): number => (steps > 0 ? generator.below(steps) : 2 * generator.normal());
  const logits = Float64Array.from({ length: rows * columns }, draw);
  const group = Int32Array.from({ length: rows }, () => (generator.uniform() < 0.4 ? 1 : 0));
  const truth = softmax(
    logits.map((value, i) => value * (group[Math.floor(i / columns)] === 1 ? 0.3 : 0.6)),
    columns,
  );
  const indices = Int32Array.from({ length: rows }, (_, row) => {
    let rest = generator.uniform();
    for (let k = 0; k < columns - 1; k++) if ((rest -= truth[row * columns + k]) < 0) return k;
    return columns - 1;
  });
  return {
    probabilities: { rows, columns, values: softmax(logits, columns), unit: "probabilities" },
    labels: { classes, indices },
    groups: { classes: ["north", "south"], indices: group },
  };
}

/** A sample's rows [from, to). */
export function part({ probabilities, labels, groups }: Sample, from: number, to: number): Sample {
  const { columns, values } = probabilities;
  return {
    probabilities: {
      ...probabilities,
      rows: to - from,
      values: values.subarray(from * columns, to * columns),
    },
    labels: { ...labels, indices: labels.indices.subarray(from, to) },
    groups: { ...groups, indices: groups.indices.subarray(from, to) },
  };
}
