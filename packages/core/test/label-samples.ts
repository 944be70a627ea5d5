import type { LabelSets, Logits, Probabilities } from "../src/data/index.ts";
import { sigmoid } from "../src/functions/index.ts";
import { createGenerator } from "../src/random/index.ts";

export function labelLogits(columns: number, values: readonly number[]): Logits {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "logits" };
}

export function labelProbabilities({ rows, columns, values }: Logits): Probabilities {
  return { rows, columns, values: Float64Array.from(values, sigmoid), unit: "probabilities" };
}

export function labelSetsOf(columns: number, marks: readonly number[]): LabelSets {
  return {
    names: Array.from({ length: columns }, (_, k) => `l${k}`),
    rows: marks.length / columns,
    values: Uint8Array.from(marks),
  };
}

/** Rows of normal logits around one center per label, whose marks follow σ(law(logit)). */
export function drawLabels(
  rows: number,
  centers: readonly number[],
  seed: number,
  law: (z: number, k: number) => number = (z) => z,
): [Logits, LabelSets] {
  const generator = createGenerator(seed, 23);
  const columns = centers.length;
  const values = Array.from(
    { length: rows * columns },
    (_, i) => centers[i % columns] + 1.5 * generator.normal(),
  );
  const marks = values.map((z, i) => (generator.uniform() < sigmoid(law(z, i % columns)) ? 1 : 0));
  return [labelLogits(columns, values), labelSetsOf(columns, marks)];
}
