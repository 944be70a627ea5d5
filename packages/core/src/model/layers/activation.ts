import {
  eluActivation,
  geluActivation,
  leakyReluActivation,
  preluActivation,
  reluActivation,
  sigmoidActivation,
  softplusActivation,
  swishActivation,
  tanhActivation,
  type Activation,
} from "../../functions/index.ts";
import { activate, activateGradient } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { ActivationSettings, ElementwiseName } from "./settings.ts";

const activations: Readonly<Record<ElementwiseName, Activation>> = {
  sigmoid: sigmoidActivation,
  tanh: tanhActivation,
  relu: reluActivation,
  "leaky-relu": leakyReluActivation,
  prelu: preluActivation,
  elu: eluActivation,
  softplus: softplusActivation,
  swish: swishActivation,
  gelu: geluActivation,
};

/** An elementwise function; its parameter is fixed, or learned from where it starts. */
export function activationLayer({ name, units, learned }: ActivationSettings): NetworkLayer {
  const activation = activations[name];
  const start = activation.parameter?.start ?? 0;
  const slopes = learned === null ? 0 : learned === "unit" ? units : 1;
  return {
    kind: name,
    inputs: units,
    outputs: units,
    arrays: slopes === 0 ? [] : [{ name: slopeName, shape: [slopes] }],
    initialize: (parameters) => void parameters.fill(start),
    record(tape, input) {
      const slope = slopes === 0 ? start : tape.parameters(slopes, { decays: false });
      const output = tape.block(units);
      tape.push(activate(activation, input, slope, output));
      return {
        output,
        measured: output,
        backward(outputGradient, wantsInputGradient) {
          if (slopes === 0 && !wantsInputGradient) return null;
          const inputGradient = tape.block(units);
          tape.push(activateGradient(activation, input, slope, outputGradient, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}

/** What the learned shapes of activations are called among a layer's arrays. */
export const slopeName = "slope";
