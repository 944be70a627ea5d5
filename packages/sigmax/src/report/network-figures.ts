import type { Classifier } from "@sigmax/core";
import { hiddenParameters, isDescent } from "@sigmax/core/model";
import type { NetworkFigures } from "./data.ts";

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
  const hidden = names.map((name, i) => ({
    name,
    parameters: parameters[i],
    meters: end?.layers[i] ?? null,
  }));
  const best = history.reduce<(typeof history)[number] | null>(
    (lowest, epoch) =>
      epoch.validationLoss !== undefined && epoch.validationLoss < (lowest?.validationLoss ?? Infinity)
        ? epoch
        : lowest,
    null,
  );
  return {
    outputs: body.outputs,
    epoch: end?.epoch ?? 0,
    layers: [
      ...hidden,
      {
        name: "output",
        parameters: last.weights.length + last.bias.length,
        meters: end?.layers.at(-1) ?? null,
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
