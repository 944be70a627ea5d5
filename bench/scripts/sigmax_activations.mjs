/**
 * Activations in Sigmax, through the public API, on one thread. Prints one JSON object.
 *
 * Argument "inside": the numbers are in the kernels' own memory, as for a caller who computes them there; without it,
 * ordinary typed arrays go in and out.
 */
import { activations } from "@sigmax/core/functions";
import { createKernels } from "@sigmax/core/kernels";
import { measureActivations, parameter } from "./activations_task.mjs";

const kernels = await createKernels().createActivations();
const isInside = process.argv[2] === "inside";
measureActivations((name, input, outputGradient) => {
  const { activation } = activations.find((facts) => facts.name === name);
  if (isInside) {
    const room = kernels.createRoom(input.length);
    room.input.set(input);
    room.outputGradient.set(outputGradient);
    return {
      value: () => room.value(activation, parameter),
      gradient: () => room.gradient(activation, parameter),
      values: () => room.output,
      gradients: () => room.inputGradient,
    };
  }
  const output = new Float32Array(input.length);
  const inputGradient = new Float32Array(input.length);
  return {
    value: () => kernels.value(activation, input, parameter, output),
    gradient: () => kernels.gradient(activation, input, outputGradient, parameter, inputGradient),
    values: () => output,
    gradients: () => inputGradient,
  };
});
