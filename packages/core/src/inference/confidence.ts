import { InputError } from "../errors/index.ts";

/** @throws InputError unless it is a probability that an interval can have */
export function checkConfidence(where: string, confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
}
