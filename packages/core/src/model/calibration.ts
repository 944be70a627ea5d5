import type { Logits } from "../data/index.ts";

/** What turns logits into others whose probabilities match frequencies; `@sigmax/core/calibrate` fits them. */
export interface Calibrator {
  readonly kind: "identity" | "temperature" | "vector" | "platt" | "beta" | "isotonic" | "labels";
  /** How many numbers were learned: what a simpler one has fewer of. */
  readonly parameterCount: number;
  /** What was learned, by name: `createCalibrator` makes the same calibrator of it again. */
  readonly numbers: Readonly<Record<string, Float64Array>>;
  /** Logits in, logits out, rows × classes in float64; −Infinity for a probability of exactly 0. */
  apply(logits: Logits): Logits;
}

/** How a model was calibrated, on rows that it did not learn from. */
export interface ModelCalibration {
  readonly calibrator: Calibrator;
  /** What the rows were named, and how many there were. */
  readonly source: string;
  readonly rows: number;
  /** Why this calibrator and no other, in words. */
  readonly reason: string;
  /** Of several labels the calibrated probability from which on each is given; absent of classes that exclude each other. */
  readonly thresholds?: Float64Array;
}

/** From which probability on each label of a model of several is given: as it was tuned, else ½. */
export function labelThresholdsOf({
  classes,
  calibration,
}: {
  readonly classes: readonly string[];
  readonly calibration: ModelCalibration | null;
}): Float64Array {
  return calibration?.thresholds ?? new Float64Array(classes.length).fill(0.5);
}
