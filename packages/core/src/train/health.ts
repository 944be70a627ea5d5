import { log } from "../kernels/elementary.ts";
import {
  isDescent,
  type Classifier,
  type DescentSettings,
  type EpochRecord,
  type LayerMeters,
} from "../model/index.ts";
import { learningRates } from "./network-plan.ts";

/** First hidden layer against last: gradients that shrink, or grow, by more on their way back teach the layers unevenly. */
const mostRatio = 1e3;
/** ‖g‖ of the mean loss beyond which a step is a leap. */
const mostNorm = 1e3;
const mostDead = 1 / 3;
/** Of the loss of a model that knows the shares of the classes: a loss that rises again by more has lost what was learned. */
const mostRise = 0.1;
/** A rate that is so many times the usual one is no choice: a tenth of it would not help either. */
const farAbove = 1000;

/**
 * What is wrong with how a model trained by minibatches: how the layers of a network fared at the end of its last epoch, and
 * of classes that exclude each other a loss that is no lower than what their shares give, or that rose again. A sentence each,
 * with what to try, without the period; none where nothing is.
 */
export function healthWarnings({ head, training }: Pick<Classifier, "head" | "training">): string[] {
  const { history } = training;
  const layers = history.findLast((epoch) => epoch.layers !== undefined)?.layers ?? [];
  const hidden = layers.slice(0, -1);
  const atStart = hidden.map((_, i) => history[0].layers?.[i].deadAtStart ?? 0);
  const ofLayers = hidden.length === 0 ? [] : [...gradientWarnings(hidden), ...deadWarnings(hidden, atStart)];
  return [...ofLayers, ...(head.isExclusive ? lossWarnings(training, ofLayers.length > 0) : [])];
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

/** @param atStart share of the units of each layer that was dead before any step could have killed it */
function deadWarnings(hidden: readonly LayerMeters[], atStart: readonly number[]): string[] {
  const places = hidden.flatMap((layer, i) => ((layer.dead ?? 0) > mostDead ? [i] : []));
  if (places.length === 0) return [];
  const most = places.reduce((worst, i) => (shareOf(hidden[i]) > shareOf(hidden[worst]) ? i : worst));
  const worst = `${percent(shareOf(hidden[most]))} of the units of hidden layer ${most + 1} (${hidden[most].name})`;
  const others = places.filter((i) => i !== most).map((i) => i + 1);
  const also = others.length === 0 ? "" : `, and more than a third of those of ${listOfNumbers(others)}`;
  const advice =
    2 * atStart[most] > shareOf(hidden[most])
      ? `${percent(atStart[most])} were so from the first rows on, which no learning rate mends: try leaky-relu or elu instead of relu, another initialization or seed, layer normalization, or columns of one scale`
      : "try a lower learning rate, leaky-relu or elu instead of relu, or layer normalization";
  return [`${worst}${also} are dead: they were 0 for every row looked at, and learn no more; ${advice}`];
}

/**
 * Of a loss that ended no lower than it is without any column, as that of no model that learned something does, or that rose.
 *
 * @param isExplained whether the layers fared badly
 */
function lossWarnings(training: Classifier["training"], isExplained: boolean): string[] {
  const { history, options } = training;
  const ofShares = lossOfShares(training);
  if (history.length === 0 || ofShares === null || !isDescent(options)) return [];
  const lowest = history.reduce((best, epoch) => (rank(epoch) < rank(best) ? epoch : best));
  const last = history[history.length - 1];
  const end = last.validationLoss === undefined ? last : lowest; // whose weights the model has
  const isRising = end.loss > lowest.loss + mostRise * ofShares;
  const isTooFast = isRising || history.some(({ loss }) => loss > 2 * ofShares);
  const ended = `the training loss ended at ${nats(end.loss)}`;
  if (end.loss >= ofShares) {
    const without = `${ended}, no lower than the ${ofShares.toFixed(4)} of giving every row the shares of the classes`;
    if (isTooFast) return [`${without}: the steps are too long; ${shorterSteps(options)}`];
    return [
      isExplained
        ? `${without}, maybe for that reason`
        : `${without}; try more epochs, another learning rate or other columns, since these may tell nothing of the classes`,
    ];
  }
  return isRising
    ? [
        `${ended}, after ${nats(lowest.loss)} in epoch ${lowest.epoch}: the steps are too long; ${shorterSteps(options)}`,
      ]
    : [];
}

function shorterSteps({ learningRate, clipNorm, schedule, solver }: DescentSettings): string {
  const usual = learningRates[solver];
  const lower = learningRate > farAbove * usual ? usual : Number((learningRate / 10).toPrecision(2));
  const others = [
    ...(clipNorm === undefined ? ["a clip norm of 1"] : []),
    ...(schedule === "cosine" ? [] : ["a rate that falls along a cosine"]),
  ];
  const rate = `try a learning rate of ${lower}`;
  return others.length === 0 ? rate : `${rate}, or ${others.join(" or ")}`;
}

/** By what an epoch is the best: validation rows have the word where there are any. */
function rank({ loss, validationLoss }: EpochRecord): number {
  return validationLoss ?? loss;
}

/** The loss per row, as the history has it, of a model that gives every row the shares of the classes; null where they are not known. */
function lossOfShares({ classRows, rows, options }: Classifier["training"]): number | null {
  if (classRows === undefined || !isDescent(options)) return null;
  const counted = classRows.map((own, k) => own * (options.classWeights?.[k] ?? 1));
  const all = counted.reduce((sum, own) => sum + own, 0);
  return (all / rows) * entropy(counted.map((own) => own / all));
}

/** −Σ p log p, in nats. */
function entropy(shares: readonly number[]): number {
  return -shares.reduce((sum, p) => (p > 0 ? sum + p * log(p) : sum), 0);
}

function nats(loss: number): string {
  return loss < 1e6 ? loss.toFixed(4) : loss.toExponential(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
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
