import { spread, spreadGradient } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { SpreadSettings } from "./settings.ts";

/** Token j is xⱼ vⱼ, vⱼ learned, at first N(0, 1): what a token of standardized columns says is as large as its vector. */
export function spreadLayer({ columns, width }: SpreadSettings): NetworkLayer {
  return {
    kind: "spread",
    inputs: columns,
    outputs: columns * width,
    arrays: [{ name: "vector", shape: [columns, width] }],
    initialize(parameters, generator) {
      for (let i = 0; i < parameters.length; i++) parameters[i] = generator.normal();
    },
    silence(parameters, own) {
      for (const j of own) parameters.fill(0, j * width, (j + 1) * width);
    },
    record(tape, input) {
      const vectors = tape.parameters(columns * width, { decays: true });
      const output = tape.block(columns * width);
      tape.push(spread(input, vectors, output));
      return {
        output,
        measured: output,
        backward(outputGradient, wantsInputGradient) {
          const inputGradient = wantsInputGradient ? tape.block(columns) : null;
          tape.push(spreadGradient(input, vectors, outputGradient, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
