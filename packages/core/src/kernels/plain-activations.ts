import type { ActivationKernels } from "./activation.ts";

/** The plain loops, in float64 inside. */
export const plainActivations: ActivationKernels = {
  value(activation, input, parameter, output) {
    for (let i = 0; i < input.length; i++) output[i] = activation.value(input[i], parameter);
  },
  gradient(activation, input, outputGradient, parameter, output) {
    for (let i = 0; i < input.length; i++)
      output[i] = outputGradient[i] * activation.derivative(input[i], parameter);
  },
  createRoom(count) {
    const [input, output, outputGradient, inputGradient] = Array.from(
      { length: 4 },
      () => new Float32Array(count),
    );
    return {
      input,
      output,
      outputGradient,
      inputGradient,
      value: (activation, parameter) => plainActivations.value(activation, input, parameter, output),
      gradient: (activation, parameter) =>
        plainActivations.gradient(activation, input, outputGradient, parameter, inputGradient),
    };
  },
};
