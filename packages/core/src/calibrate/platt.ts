import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { fitLogistic, type ConvexMinimum } from "../optimize/index.ts";
import type { Calibrator } from "../model/index.ts";
import { checkApply, checkNumbers, type Fitted, type FitStatus } from "./calibrator.ts";
import { binaryRows, classCountOf, mapLogOdds, type BinaryRows } from "./log-odds.ts";
import { checkCalibrationRows, type StartOptions } from "./rows.ts";

/** A line in the log-odds. */
export interface Platt extends Calibrator {
  readonly kind: "platt";
  /** One of each for two classes, for the log-odds of the second; else one per class. */
  readonly slopes: Float64Array;
  readonly intercepts: Float64Array;
}

/** @throws InputError unless slopes and intercepts are finite and as many: one (two classes), or one per class */
export function createPlatt({ slopes, intercepts }: Pick<Platt, "slopes" | "intercepts">): Platt {
  checkNumbers("createPlatt", "slopes", slopes);
  checkNumbers("createPlatt", "intercepts", intercepts);
  if (slopes.length !== intercepts.length || slopes.length === 2)
    throw new InputError(
      `createPlatt: slopes and intercepts must be as many, one for two classes and else one per class, got ${slopes.length} and ${intercepts.length}`,
    );
  const maps = Array.from(slopes, (slope, k) => (score: number) => slope * score + intercepts[k]);
  return {
    kind: "platt",
    parameterCount: 2 * slopes.length,
    numbers: { slopes, intercepts },
    slopes,
    intercepts,
    apply(logits) {
      checkApply("platt.apply", logits, classCountOf(slopes.length));
      return mapLogOdds(logits, maps);
    },
  };
}

/**
 * Platt scaling: σ(a·s + b) of the log-odds s, by maximum likelihood with targets (n₊ + 1)/(n₊ + 2) for events and
 * 1/(n₋ + 2) for others, which keeps a finite where they are separated. More than two classes: each against the rest,
 * then renormalized.
 *
 * @throws InputError as `checkCalibrationRows` says
 * @see Platt, Advances in Large Margin Classifiers (1999); Lin, Lin & Weng, Machine Learning 68 (2007)
 */
export function fitPlatt(
  logits: Logits,
  labels: Labels,
  { sampleWeights, start }: StartOptions = {},
): Fitted<Platt> {
  checkCalibrationRows("fitPlatt", logits, labels, sampleWeights);
  const fits = binaryRows(logits, labels, sampleWeights).map((rows, k) =>
    fitLine(rows, start && Float64Array.of(start["slopes"][k], start["intercepts"][k])),
  );
  const platt = createPlatt({
    slopes: Float64Array.from(fits, ({ parameters }) => parameters[0]),
    intercepts: Float64Array.from(fits, ({ parameters }) => parameters[1]),
  });
  return { ...platt, status: worst(fits.map(({ status }) => status)) };
}

function fitLine(
  rows: BinaryRows,
  start: Float64Array | undefined,
): Pick<ConvexMinimum, "parameters" | "status"> {
  const { scores, sampleWeights } = rows;
  // No row tells anything: every one is certain by its masks.
  if (scores.length === 0) return { parameters: Float64Array.of(1, 0), status: "converged" };
  const ones = new Float64Array(scores.length).fill(1);
  return fitLogistic({ columns: [scores, ones], targets: smoothedTargets(rows), sampleWeights, start });
}

/** Of events and of others, by the rule of succession. */
export function smoothedTargets({ isEvent, sampleWeights }: BinaryRows): Float64Array {
  let events = 0;
  let others = 0;
  for (let row = 0; row < isEvent.length; row++) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (isEvent[row] === 1) events += s;
    else others += s;
  }
  const ofEvent = (events + 1) / (events + 2);
  const ofOther = 1 / (others + 2);
  const targets = new Float64Array(isEvent.length);
  for (let row = 0; row < isEvent.length; row++) targets[row] = isEvent[row] === 1 ? ofEvent : ofOther;
  return targets;
}

/** The one status of several fits. */
export function worst(statuses: readonly FitStatus[]): FitStatus {
  const order: readonly FitStatus[] = ["stalled", "flat", "separated"];
  return order.find((status) => statuses.includes(status)) ?? "converged";
}
