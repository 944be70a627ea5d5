import { layerNorm, layerNormGradient } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { LayerNormSettings } from "./settings.ts";

/**
 * y = gain · (x − mean) / √(variance + 1e-5) + bias, mean and variance over the units of the row. Gains start at 1, biases at 0.
 *
 * @see Ba, Kiros & Hinton, Layer normalization (2016), eq. 3–4
 */
export function layerNormLayer({ units }: LayerNormSettings): NetworkLayer {
  return {
    kind: "layer-norm",
    inputs: units,
    outputs: units,
    arrays: [
      { name: "gain", shape: [units] },
      { name: "bias", shape: [units] },
    ],
    initialize(parameters) {
      parameters.fill(1, 0, units);
      parameters.fill(0, units);
    },
    record(tape, input) {
      const gain = tape.parameters(units, { decays: false });
      const bias = tape.parameters(units, { decays: false });
      const output = tape.block(units);
      const forward = layerNorm(tape, input, gain, bias, output);
      tape.push(forward);
      return {
        output,
        measured: output,
        backward(outputGradient) {
          const inputGradient = tape.block(units);
          tape.push(layerNormGradient(forward, outputGradient, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
