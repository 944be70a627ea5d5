import type { EpochRecord, LayerMeters } from "../model/index.ts";

/** First hidden layer against last: gradients that shrink, or grow, by more on their way back teach the layers unevenly. */
const mostRatio = 1e3;
/** ‖g‖ of the mean loss beyond which a step is a leap. */
const mostNorm = 1e3;
const mostDead = 1 / 3;

/**
 * What is wrong with how the layers of a network trained, at the end of its last epoch: a sentence each, with what to try,
 * without the period; none where nothing is.
 */
export function healthWarnings(history: readonly EpochRecord[]): string[] {
  const layers = history.findLast((epoch) => epoch.layers !== undefined)?.layers ?? [];
  const hidden = layers.slice(0, -1);
  if (hidden.length === 0) return [];
  return [...gradientWarnings(hidden), ...deadWarnings(hidden)];
}

function gradientWarnings(hidden: readonly LayerMeters[]): string[] {
  const [first, last] = [hidden[0], hidden[hidden.length - 1]];
  const ratio = first.gradientNorm / last.gradientNorm;
  if (hidden.length > 1 && ratio < 1 / mostRatio)
    return [
      `gradients vanish on their way back: that of the first hidden layer (${first.name}) is ${ratio.toExponential(1)} of the last one's (${last.name}), so the first layers hardly learn; try relu or elu, skip connections (residual), layer normalization, or fewer layers`,
    ];
  const largest = hidden.reduce((most, layer) => (layer.gradientNorm > most.gradientNorm ? layer : most));
  if ((hidden.length > 1 && ratio > mostRatio) || largest.gradientNorm > mostNorm)
    return [
      `gradients explode on their way back: that of ${largest.name} has the length ${largest.gradientNorm.toExponential(1)}${hidden.length > 1 ? `, ${ratio.toExponential(1)} times the last hidden layer's` : ""}; try a lower learning rate, clipping (a clip norm of 1), layer normalization, or fewer layers`,
    ];
  return [];
}

function deadWarnings(hidden: readonly LayerMeters[]): string[] {
  const places = hidden.flatMap((layer, i) => ((layer.dead ?? 0) > mostDead ? [i] : []));
  if (places.length === 0) return [];
  const most = places.reduce((worst, i) => (shareOf(hidden[i]) > shareOf(hidden[worst]) ? i : worst));
  const worst = `${(100 * shareOf(hidden[most])).toFixed(0)} % of the units of hidden layer ${most + 1} (${hidden[most].name})`;
  const others = places.filter((i) => i !== most).map((i) => i + 1);
  const also = others.length === 0 ? "" : `, and more than a third of those of ${listOfNumbers(others)}`;
  return [
    `${worst}${also} are dead: they were 0 for every row looked at, and learn no more; try a lower learning rate, leaky-relu or elu instead of relu, or layer normalization`,
  ];
}

function shareOf({ dead }: LayerMeters): number {
  return dead ?? 0;
}

/** "layer 3", "layers 3, 4 and 8" */
function listOfNumbers(numbers: readonly number[]): string {
  return numbers.length === 1
    ? `layer ${numbers[0]}`
    : `layers ${numbers.slice(0, -1).join(", ")} and ${numbers[numbers.length - 1]}`;
}
