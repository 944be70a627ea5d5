import { InputError } from "../errors/index.ts";
import { namedActivation, type Features, type LayerSettings, type NetworkStage } from "../model/index.ts";
import { attentionStages } from "./attention.ts";
import { readHidden } from "./hidden.ts";
import type { NetworkPlan } from "./network-plan.ts";

/**
 * The hidden layers of a plan. Each is a dense layer, layer normalization of what it adds up where that is wanted, the
 * activation and dropout; around them the skip connection, where what goes in is as wide.
 *
 * @throws InputError when skip connections are wanted and no layer can have one
 */
export function stagesOf(plan: NetworkPlan, features: Pick<Features, "columns" | "image">): NetworkStage[] {
  const inputs = features.columns.length;
  if (plan.attention !== null) return attentionStages(plan.attention, features, plan.dropout);
  if (plan.hidden === null) return [];
  let width = inputs;
  let skips = 0;
  const stages = readHidden(plan.hidden).map(({ units, activation }): NetworkStage => {
    const named = namedActivation(activation);
    const initialization = plan.initialization === "auto" ? named.initialization : plan.initialization;
    const wide = units * named.pieces;
    const layers: LayerSettings[] = [
      { kind: "dense", inputs: width, outputs: wide, initialization },
      ...(plan.layerNorm ? [{ kind: "layer-norm", units: wide } as const] : []),
      ...named.layers(units),
      ...(plan.dropout > 0 ? [{ kind: "dropout", units, share: plan.dropout } as const] : []),
    ];
    const isSkipped = plan.residual && units === width;
    if (isSkipped) skips++;
    width = units;
    return {
      name: `${units}:${activation}`,
      canDie: activation === "relu",
      layers: isSkipped ? [{ kind: "residual", units, layers }] : layers,
    };
  });
  if (plan.residual && skips === 0)
    throw new InputError(
      `fitClassifier: residual: a skip connection goes around a hidden layer that is as wide as what goes into it, and ${plan.hidden} on ${inputs} features has none; make two layers equally wide, or leave it out`,
    );
  return stages;
}
