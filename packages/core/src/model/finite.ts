import type { Floats } from "../data/index.ts";
import { InputError } from "../errors/index.ts";

/**
 * @param mayMask whether −Infinity, a probability of 0, is a logit too
 * @throws InputError when another output is not finite
 */
export function checkFinite<F extends Floats>(outputs: F, outputCount: number, mayMask: boolean): F {
  for (let i = 0; i < outputs.length; i++) {
    if (!(outputs[i] < Infinity) || (outputs[i] === -Infinity && !mayMask))
      throw new InputError(
        `classifier: the columns must be finite numbers that float32 can hold, but row ${Math.floor(i / outputCount)} gives a logit of ${outputs[i]}`,
      );
  }
  return outputs;
}
