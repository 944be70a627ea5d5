import type { Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLogits } from "../evaluate/scores.ts";
import type { Calibrator } from "../model/index.ts";

/**
 * How the fit ended. `separated`: the calibration rows are all on the right side, so no finite fit is the best; what is
 * returned goes as far as so few rows without a mistake allow. `flat`: nothing in the logits tells the classes apart.
 * `certain` (isotonic): it says 0 or 1 somewhere, and one later mistake there makes the log-loss infinite. `stalled`: no
 * minimum was reached.
 */
export type FitStatus = "converged" | "separated" | "flat" | "certain" | "stalled";

export type Fitted<C extends Calibrator> = C & { readonly status: FitStatus };

/** Leaves logits alone. */
export interface Identity extends Calibrator {
  readonly kind: "identity";
}

/** The calibrator that changes nothing: of a model that is calibrated already, or of too few rows to tell. */
export function createIdentity(): Identity {
  return {
    kind: "identity",
    parameterCount: 0,
    numbers: {},
    apply(logits) {
      checkLogits("identity.apply", logits);
      return logits;
    },
  };
}

/** @throws InputError unless the logits are such as a model gives, of so many classes */
export function checkApply(where: string, logits: Logits, columns: number): void {
  if (logits.columns !== columns)
    throw new InputError(
      `${where}: logits must have ${columns} columns, one per class, got ${logits.columns}`,
    );
  checkLogits(where, logits);
}

/** @throws InputError unless every number is finite */
export function checkNumbers(where: string, name: string, numbers: ArrayLike<number>): void {
  if (numbers.length === 0) throw new InputError(`${where}: ${name} must have at least one number, got none`);
  for (let i = 0; i < numbers.length; i++)
    if (!Number.isFinite(numbers[i]))
      throw new InputError(`${where}: ${name} must be finite numbers, got ${numbers[i]} at ${i}`);
}
