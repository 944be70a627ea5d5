import { layerNorm, layerNormGradient } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { LayerNormSettings } from "./settings.ts";

/**
 * y = gain · (x − mean) / √(variance + 1e-5) + bias, mean and variance over the units of the row, or of each of its tokens. Gains start at 1, biases at 0.
 *
 * @see Ba, Kiros & Hinton, Layer normalization (2016), eq. 3–4
 */
export function layerNormLayer({ units, tokens = 1 }: LayerNormSettings): NetworkLayer {
  return {
    kind: "layer-norm",
    inputs: tokens * units,
    outputs: tokens * units,
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
      const output = tape.block(tokens * units);
      const forward = layerNorm(tape, input, gain, bias, output, tokens);
      tape.push(forward);
      return {
        output,
        measured: output,
        backward(outputGradient) {
          const inputGradient = tape.block(tokens * units);
          tape.push(layerNormGradient(forward, outputGradient, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
