import { demand } from "./demand.ts";

/** How the learning rate goes over a run. */
export interface ScheduleOptions {
  /** η, the highest rate. Default 0.1. */
  readonly learningRate: number;
  /**
   * "constant" (default); "step": times `stepFactor` after every `stepEpochs`; "cosine": half a cosine
   * from η down to 0 at the end.
   *
   * @see Loshchilov & Hutter, SGDR (2017), for the cosine
   */
  readonly schedule: "constant" | "step" | "cosine";
  /** Epochs, parts of one too, over which the rate first rises in a straight line from 0. Default 0. */
  readonly warmUp: number;
  /** Default: a third of the epochs. */
  readonly stepEpochs: number;
  /** Default 0.1. */
  readonly stepFactor: number;
}

export const schedules = ["constant", "step", "cosine"] as const;

/** @throws InputError when an option is out of range */
export function checkSchedule(options: ScheduleOptions, epochs: number): void {
  const { learningRate, schedule, warmUp, stepEpochs, stepFactor } = options;
  demand(
    "learningRate",
    learningRate,
    learningRate > 0 && Number.isFinite(learningRate),
    "a positive number",
  );
  demand("schedule", schedule, schedules.includes(schedule), schedules.join(", "));
  demand("warmUp", warmUp, warmUp >= 0 && warmUp <= epochs, `a number of epochs from 0 to ${epochs}`);
  demand(
    "stepEpochs",
    stepEpochs,
    stepEpochs > 0 && Number.isFinite(stepEpochs),
    "a positive number of epochs",
  );
  demand("stepFactor", stepFactor, stepFactor > 0 && stepFactor <= 1, "in (0, 1]");
}

/**
 * The learning rate of one step.
 *
 * @param step  counted from 0 over the whole run
 * @param steps how many an epoch has
 * @param epochs of the whole run
 */
export function learningRateAt(
  options: ScheduleOptions,
  step: number,
  steps: number,
  epochs: number,
): number {
  const { learningRate, schedule, warmUp, stepEpochs, stepFactor } = options;
  const rising = Math.min(1, (step + 1) / (warmUp * steps)); // 1 without warm-up: (step + 1) / 0 is infinite
  if (schedule === "constant") return rising * learningRate;
  if (schedule === "cosine") return rising * learningRate * halfCosine(step / (epochs * steps));
  return rising * learningRate * power(stepFactor, Math.floor(step / (stepEpochs * steps)));
}

/** baseⁿ by squaring, for whole n ≥ 0. */
function power(base: number, n: number): number {
  let result = 1;
  for (let square = base, left = n; left > 0; left = Math.floor(left / 2), square *= square)
    if (left % 2 === 1) result *= square;
  return result;
}

/** (1 + cos πx) / 2 for x in [0, 1], as sin²(½π(1 − x)) by its Taylor series: core trusts no engine's cosine. */
function halfCosine(x: number): number {
  const y = 1.5707963267948966 * (1 - x);
  let term = y;
  let sine = y;
  for (let k = 3; k <= 23; k += 2) {
    term *= (-y * y) / (k * (k - 1));
    sine += term;
  }
  return sine * sine;
}
