import { InputError } from "../errors/index.ts";
import { betaQuantile } from "./beta.ts";

/**
 * The t that Student's distribution exceeds in size, on either side, with probability 1 − confidence: half the width of an
 * interval in standard errors. t² / (t² + ν) is Beta(½, ν/2).
 *
 * @param degrees ν of freedom, > 0
 * @throws InputError when confidence is not in (0, 1), or the degrees are not a positive number
 */
export function studentReach(confidence: number, degrees: number): number {
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`studentReach: confidence must be in (0, 1), got ${confidence}`);
  if (!(degrees > 0 && degrees < Infinity))
    throw new InputError(`studentReach: degrees must be a positive number, got ${degrees}`);
  // Of its mirror image, whose small values keep the digits that 1 − share would lose.
  const rest = betaQuantile(1 - confidence, degrees / 2, 0.5);
  return Math.sqrt((degrees * (1 - rest)) / rest);
}
