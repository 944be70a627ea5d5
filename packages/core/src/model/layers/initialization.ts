import type { Generator } from "../../random/index.ts";
import type { Initialization } from "./settings.ts";

/**
 * The weights that a dense layer starts with, so that neither its outputs nor its gradients grow or shrink with its width.
 * Per weight:
 *
 * - he: N(0, 2 / inputs): an activation that is about 0 on half of what comes halves the mean square;
 * - glorot: uniform in ±√(6 / (inputs + outputs)): between what the way forward wants and the way back;
 * - lecun: N(0, 1 / inputs): the mean square stays as it is.
 *
 * @see He, Zhang, Ren & Sun, Delving deep into rectifiers, ICCV 2015, eq. 10; Glorot & Bengio, AISTATS 2010, eq. 16;
 *   LeCun, Bottou, Orr & Müller, Efficient BackProp (1998), §4.6
 */
export function initialWeights(
  kind: Initialization,
  inputs: number,
  outputs: number,
  generator: Generator,
  output: Float32Array,
): void {
  const range = Math.sqrt(6 / (inputs + outputs));
  const deviation = Math.sqrt((kind === "he" ? 2 : 1) / inputs);
  for (let i = 0; i < output.length; i++)
    output[i] = kind === "glorot" ? range * (2 * generator.uniform() - 1) : deviation * generator.normal();
}
