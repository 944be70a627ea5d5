import type { Classifier } from "@sigmax/core";
import type { LayerMeters } from "@sigmax/core/model";
import { percent } from "../output.ts";
import { keptEpoch } from "../report/kept-epoch.ts";
import { learnedShapes } from "./learned-shapes.ts";

/** How early stopping chose, and what activations learned of their shapes. */
export function networkInWords(model: Classifier): string[] {
  const { history, status } = model.training;
  const shapes = learnedShapes(model).map((shape) => `Learned ${shape}`);
  const best = keptEpoch(history);
  if (best?.validationLoss === undefined) return shapes.length > 0 ? [...shapes, ""] : [];
  const how = status === "stopped-early" ? `Stopped after epoch ${history.length}` : "Ran all epochs";
  return [
    `${how}; the weights are those of epoch ${best.epoch}, with the lowest loss on validation rows (${best.validationLoss.toFixed(4)})`,
    ...shapes,
    "",
  ];
}

/** "20 × 16:sigmoid, 8:relu": layers that repeat are counted. @param hidden as "16:sigmoid,8:relu" */
export function layersInWords(hidden: string): string {
  const runs: { layer: string; count: number }[] = [];
  for (const layer of hidden.split(",")) {
    const last = runs.at(-1);
    if (last?.layer === layer) last.count++;
    else runs.push({ layer, count: 1 });
  }
  return runs.map(({ layer, count }) => (count === 1 ? layer : `${count} × ${layer}`)).join(", ");
}

/** What must be known of a network's intervals. */
export const narrowIntervals =
  "Intervals of a network tell how uncertain its last layer is, not the layers below it: they are too narrow.";

/**
 * ", gradients 0.12 … 0.034, dead 3 %, step/weights 0.004 … 0.002, outputs 0.5 ± 0.8 … 0.3 ± 0.6": of the first and the last hidden
 * layer; of dead units the share in the layer that has most. What matters least comes last: a narrow terminal does not show it.
 */
export function metersInWords(layers: readonly LayerMeters[]): string {
  const hidden = layers.slice(0, -1);
  if (hidden.length === 0) return "";
  const ends = hidden.length === 1 ? [hidden[0]] : [hidden[0], hidden[hidden.length - 1]];
  const told = (words: (layer: LayerMeters) => string): string => ends.map(words).join(" … ");
  const dead = Math.max(...hidden.map((layer) => layer.dead ?? 0));
  return [
    "",
    `gradients ${told(({ gradientNorm }) => gradientNorm.toPrecision(2))}`,
    ...(dead > 0 ? [`dead ${percent(dead)}`] : []),
    `step/weights ${told(({ updateRatio }) => updateRatio.toPrecision(2))}`,
    `outputs ${told(({ mean, deviation }) => `${mean.toPrecision(2)} ± ${deviation.toPrecision(2)}`)}`,
  ].join(", ");
}
