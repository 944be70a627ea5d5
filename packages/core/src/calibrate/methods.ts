import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Calibrator } from "../model/index.ts";
import { fitBeta } from "./beta.ts";
import { createIdentity } from "./calibrator.ts";
import { fitIsotonic } from "./isotonic.ts";
import { mapCount } from "./log-odds.ts";
import { fitPlatt } from "./platt.ts";
import type { CalibrationOptions, StartOptions } from "./rows.ts";
import { fitTemperature } from "./temperature.ts";
import { fitVector } from "./vector.ts";

/** What can be chosen for one of K classes. */
export type Method = Exclude<Calibrator["kind"], "labels">;

/** A calibrator of one-of-K logits. */
export type ClassCalibrator = Calibrator & { readonly kind: Method };

/** How a method is fitted. */
export interface MethodFit {
  readonly kind: Method;
  /** How many numbers it learns of so many classes. */
  readonly size: (classCount: number) => number;
  readonly fit: (logits: Logits, labels: Labels, options: StartOptions) => ClassCalibrator;
}

/** From few numbers to many. Isotonic takes as many as the rows ask for, and counts as a hundred before it is fitted. */
export const methods: readonly MethodFit[] = [
  { kind: "identity", size: () => 0, fit: () => createIdentity() },
  { kind: "temperature", size: () => 1, fit: fitTemperature },
  { kind: "platt", size: (classCount) => 2 * mapCount(classCount), fit: fitPlatt },
  { kind: "vector", size: (classCount) => 2 * classCount, fit: fitVector },
  { kind: "beta", size: (classCount) => 3 * mapCount(classCount), fit: fitBeta },
  { kind: "isotonic", size: () => 100, fit: fitIsotonic },
];

/**
 * The calibrator of one kind, however few the rows.
 *
 * @throws InputError as `checkCalibrationRows` says
 */
export function fitCalibrator(
  kind: Method,
  logits: Logits,
  labels: Labels,
  options: CalibrationOptions = {},
): ClassCalibrator {
  const method = methods.find((each) => each.kind === kind);
  if (method === undefined)
    throw new InputError(
      `fitCalibrator: kind must be one of ${methods.map((each) => each.kind).join(", ")}, got "${kind}"`,
    );
  return method.fit(logits, labels, options);
}
