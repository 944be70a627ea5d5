import { dense, denseGradient, denseInput } from "../../kernels/index.ts";
import { initialWeights } from "./initialization.ts";
import type { NetworkLayer } from "./layer.ts";
import type { DenseSettings } from "./settings.ts";

/** y = W x + b, W outputs × inputs. Biases start at 0. */
export function denseLayer({ inputs, outputs, initialization, tokens = 1 }: DenseSettings): NetworkLayer {
  return {
    kind: tokens === 1 ? "dense" : `dense by token, ${inputs} → ${outputs}`,
    inputs: tokens * inputs,
    outputs: tokens * outputs,
    arrays: [
      { name: "weight", shape: [outputs, inputs] },
      { name: "bias", shape: [outputs] },
    ],
    initialize(parameters, generator) {
      const weights = parameters.subarray(0, outputs * inputs);
      initialWeights(initialization, inputs, outputs, generator, weights);
      parameters.fill(0, weights.length);
    },
    ...(tokens === 1 && {
      silence(parameters, columns) {
        for (const j of columns) for (let k = 0; k < outputs; k++) parameters[k * inputs + j] = 0;
      },
    }),
    record(tape, input) {
      const weights = tape.parameters(outputs * inputs, { decays: true });
      const bias = tape.parameters(outputs, { decays: false });
      const output = tape.block(tokens * outputs);
      tape.push(dense(input, weights, bias, output, tokens));
      return {
        output,
        measured: output,
        backward(outputGradient, wantsInputGradient) {
          tape.push(denseGradient(input, outputGradient, weights, bias, tokens));
          if (!wantsInputGradient) return null;
          const inputGradient = tape.block(tokens * inputs);
          tape.push(denseInput(outputGradient, weights, inputGradient, tokens));
          return inputGradient;
        },
      };
    },
  };
}
