import type { Labels, LabelSets } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softplus } from "../functions/index.ts";
import { log } from "../kernels/elementary.ts";
import type { PreparedLabels } from "./data.ts";

/** Weight of the rows that carry a label, and of those that do not. */
export interface Count {
  readonly with: number;
  readonly without: number;
}

export function countMarks(
  { names, rows, values }: LabelSets,
  k: number,
  weights: Float64Array | null,
): Count {
  const sums = [0, 0];
  for (let row = 0; row < rows; row++) sums[values[row * names.length + k]] += weights?.[row] ?? 1;
  return { with: sums[1], without: sums[0] };
}

export function isConstant(count: Count): boolean {
  return count.with === 0 || count.without === 0;
}

export function marksOf({ names, rows, values }: LabelSets, k: number): Labels {
  const indices = Int32Array.from({ length: rows }, (_, row) => values[row * names.length + k]);
  return { classes: [`without ${names[k]}`, names[k]], indices };
}

/** The labels that some rows carry and others do not, and the marks of those alone, rows × varied. */
export interface VariedMarks {
  readonly counts: readonly Count[];
  readonly varied: readonly number[];
  readonly marks: Uint8Array;
}

/** @throws InputError when no label is carried by some rows and not by others */
export function variedMarks({
  labelSets,
  sampleWeights,
}: Pick<PreparedLabels, "labelSets" | "sampleWeights">): VariedMarks {
  const { names, rows, values } = labelSets;
  const counts = names.map((_, k) => countMarks(labelSets, k, sampleWeights));
  const varied = names.flatMap((_, k) => (isConstant(counts[k]) ? [] : [k]));
  if (varied.length === 0)
    throw new InputError(
      `fitClassifier: some label must be carried by some rows and not by others, but ${names.length === 1 ? `"${names[0]}" is` : "all are"} the same in all rows`,
    );
  const marks = new Uint8Array(rows * varied.length);
  for (let row = 0, at = 0; row < rows; row++)
    for (const k of varied) marks[at++] = values[row * names.length + k];
  return { counts, varied, marks };
}

export function constantLogOdds(count: Count): number {
  return log((count.with + 0.5) / (count.without + 0.5));
}

export function constantLoss(count: Count): number {
  const z = constantLogOdds(count);
  return count.with * softplus(-z) + count.without * softplus(z);
}
