import { InputError } from "../errors/index.ts";
import type { Calibrator } from "../model/index.ts";
import { createBeta } from "./beta.ts";
import { createIdentity } from "./calibrator.ts";
import { createIsotonic } from "./isotonic.ts";
import { createLabelLines } from "./label-lines.ts";
import { createPlatt } from "./platt.ts";
import { createTemperature } from "./temperature.ts";
import { createVector } from "./vector.ts";

/**
 * The calibrator whose `kind` and `numbers` these are.
 *
 * @throws InputError when numbers of that kind are missing, or are not such as it has
 */
export function createCalibrator(
  kind: Calibrator["kind"],
  numbers: Readonly<Record<string, Float64Array>>,
): Calibrator {
  const take = (name: string): Float64Array => {
    if (Object.hasOwn(numbers, name)) return numbers[name];
    throw new InputError(
      `createCalibrator: ${kind} needs its ${name}, got ${Object.keys(numbers).join(", ")}`,
    );
  };
  switch (kind) {
    case "identity":
      return createIdentity();
    case "temperature":
      return createTemperature(take("beta")[0]);
    case "vector":
      return createVector({ weights: take("weights"), biases: take("biases") });
    case "platt":
      return createPlatt({ slopes: take("slopes"), intercepts: take("intercepts") });
    case "beta":
      return createBeta({ a: take("a"), b: take("b"), c: take("c") });
    case "isotonic":
      return createIsotonic(
        Array.from({ length: Object.keys(numbers).length / 2 }, (_, k) => ({
          scores: take(`${k}.scores`),
          probabilities: take(`${k}.probabilities`),
        })),
      );
    case "labels":
      return createLabelLines({ slopes: take("slopes"), intercepts: take("intercepts") });
    default:
      throw new InputError(`createCalibrator: there is no kind "${String(kind)}"`);
  }
}
