import type { Classifier } from "@sigmax/core";
import { bodyFacts, hiddenParameters, isDescent } from "@sigmax/core/model";
import type { NetworkFigures } from "./data.ts";
import { keptEpoch } from "./kept-epoch.ts";

/** What the report says of hidden layers; undefined where there are none. */
export function networkFigures({ body, layers, training }: Classifier): NetworkFigures | undefined {
  const { history, options } = training;
  if (body === null || !isDescent(options)) return undefined;
  const [last] = layers;
  const epochs = history.flatMap(({ epoch, layers: meters }) => (meters ? [{ epoch, layers: meters }] : []));
  const end = epochs.at(-1);
  const parameters = hiddenParameters(body);
  const names =
    options.hidden?.split(",") ?? parameters.map((_, i) => end?.layers[i].name ?? `layer ${i + 1}`);
  const shapes = bodyFacts(body).flatMap(({ slopes }) => (slopes.length === 0 ? [] : [rangeOf(slopes)]));
  const shaped = names.flatMap((_, i) => (end?.layers[i].slopes === undefined ? [] : [i]));
  const hidden = names.map((name, i) => ({
    name,
    parameters: parameters[i],
    meters: end?.layers[i] ?? null,
    slopes: shapes[shaped.indexOf(i)] ?? null,
  }));
  const best = keptEpoch(history);
  return {
    outputs: body.outputs,
    epoch: end?.epoch ?? 0,
    layers: [
      ...hidden,
      {
        name: "output",
        parameters: last.weights.length + last.bias.length,
        meters: end?.layers.at(-1) ?? null,
        slopes: null,
      },
    ],
    history: epochs,
    stopped:
      best?.validationLoss === undefined || options.patience === undefined
        ? null
        : {
            epoch: best.epoch,
            loss: best.validationLoss,
            patience: options.patience,
            isEarly: training.status === "stopped-early",
          },
  };
}

function rangeOf(slopes: Float32Array): { mean: number; least: number; most: number } {
  return {
    mean: slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length,
    least: slopes.reduce((a, b) => Math.min(a, b)),
    most: slopes.reduce((a, b) => Math.max(a, b)),
  };
}
