import { InputError } from "../errors/index.ts";
import { demand } from "./demand.ts";
import { checkSchedule, type ScheduleOptions } from "./schedule.ts";

/** How minibatch gradient descent goes. */
export interface PlanOptions extends Partial<ScheduleOptions> {
  /**
   * Passes over the rows. Default: as many as make 3,000 steps, at least 10, at most 200; of hidden layers 6,000 steps and
   * at most 500, of a body of attention 4,000 and at least 8.
   */
  readonly epochs?: number;
  /** Rows per step. Default 256, of a body of attention 128; 32 below 10,000 rows. */
  readonly batch?: number;
  /** μ in v ← μ v + g, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** λ of the penalty (λ / 2n)‖W‖² beside the mean loss, n training rows; the intercepts are free. Default 1; of adamw 0. */
  readonly l2?: number;
  /** Where all randomness comes from: a whole number in [0, 2⁵³). Default 0. */
  readonly seed?: number;
}

/** The same with nothing left open. */
export type Plan = Required<PlanOptions>;

/** @throws InputError when an option is out of range */
export function planOf(options: PlanOptions, rows: number): Plan {
  const batch = options.batch ?? batchFor(rows);
  demand("batch", batch, isCount(batch) && batch >= 1, "a whole number of rows, 1 or more");
  const epochs = options.epochs ?? Math.min(200, Math.max(10, Math.ceil(3000 / Math.ceil(rows / batch))));
  const plan: Plan = {
    epochs,
    batch,
    learningRate: options.learningRate ?? 0.1,
    schedule: options.schedule ?? "constant",
    warmUp: options.warmUp ?? 0,
    stepEpochs: options.stepEpochs ?? Math.max(1, Math.ceil(epochs / 3)),
    stepFactor: options.stepFactor ?? 0.1,
    momentum: options.momentum ?? 0,
    l2: options.l2 ?? 1,
    seed: options.seed ?? 0,
  };
  demand("epochs", epochs, isCount(epochs) && epochs >= 1, "a whole number, 1 or more");
  demand("momentum", plan.momentum, plan.momentum >= 0 && plan.momentum < 1, "in [0, 1)");
  demand("l2", plan.l2, plan.l2 >= 0 && Number.isFinite(plan.l2), "0 or a positive number");
  demand("seed", plan.seed, isCount(plan.seed), "a whole number in [0, 2^53)");
  checkSchedule(plan, epochs);
  for (const name of ["stepEpochs", "stepFactor"] as const)
    if (plan.schedule !== "step" && options[name] !== undefined)
      throw new InputError(
        `fitClassifier: ${name} is an option of the schedule step; give schedule: "step", or leave it out`,
      );
  return plan;
}

/** Rows per step, where nobody says. */
export function batchFor(rows: number): number {
  return rows < 10_000 ? 32 : 256;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
