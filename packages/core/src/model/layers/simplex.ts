import {
  softmaxRows,
  softmaxRowsGradient,
  sparsemaxRows,
  sparsemaxRowsGradient,
} from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { SimplexSettings } from "./settings.ts";

/** The units of each row become shares that sum to 1: softmax, or sparsemax, which leaves small ones at 0. */
export function simplexLayer({ name, units }: SimplexSettings): NetworkLayer {
  const [forward, gradient] =
    name === "softmax" ? [softmaxRows, softmaxRowsGradient] : [sparsemaxRows, sparsemaxRowsGradient];
  return {
    kind: name,
    inputs: units,
    outputs: units,
    arrays: [],
    initialize: () => undefined,
    record(tape, input) {
      const output = tape.block(units);
      tape.push(forward(input, output));
      return {
        output,
        measured: output,
        backward(outputGradient, wantsInputGradient) {
          if (!wantsInputGradient) return null;
          const inputGradient = tape.block(units);
          tape.push(gradient(output, outputGradient, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
