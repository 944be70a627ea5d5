import type { AtlasMeasured, MeasuredActivation } from "./atlas-data.ts";
import { counted, decimal, percent, percentRange, scientific } from "./format.ts";

/** Gradients that are this many times smaller at the inputs than at the outputs have vanished on the way. */
const vanished = 1000;
/** Fashion's ten classes are told apart to a fair degree at this loss, in nats. */
const learned = 1;

/** What was measured of one activation, in sentences: none is written by hand. */
export function measuredWords(
  { accuracy, accuracyRange, learningRate, gradientNorms, deadShares, losses }: MeasuredActivation,
  { layers, epochs, classes }: AtlasMeasured,
): string[] {
  const range = accuracyRange[0] === accuracyRange[1] ? "" : ` (${percentRange(accuracyRange)} by seed)`;
  return [
    `In ${layers} layers, after ${counted(epochs, "epoch")} at learning rate ${learningRate}, ${percent(accuracy)} of the test rows are right${range}.`,
    speed(losses, classes),
    reach(gradientNorms.start),
    dead(deadShares),
  ];
}

function speed(losses: readonly number[], classes: number): string {
  const last = losses.at(-1) ?? Number.NaN;
  if (!Number.isFinite(last)) return "The loss diverges.";
  if (last > 0.98 * Math.log(classes))
    return `It has not begun to learn: the training loss, ${decimal(last)}, is that of guessing.`;
  const epoch = losses.findLastIndex((loss) => !(loss < learned)) + 2; // the first that no higher loss follows
  return epoch > losses.length
    ? `The training loss, ${decimal(last)} at the end, ${losses.some((loss) => loss < learned) ? "does not stay" : "never falls"} below ${learned}.`
    : `The training loss is below ${learned} from epoch ${epoch} on, and ${decimal(last)} at the end.`;
}

function reach(start: readonly number[]): string {
  const [first, last] = [start.at(0), start.at(-1)];
  const ratio = (last ?? 0) / (first ?? 0);
  const how =
    ratio > vanished || Number.isNaN(ratio)
      ? "hardly any gradient reaches the first layer"
      : ratio < 1 / vanished
        ? "the gradient explodes on its way to the first layer"
        : "the gradient reaches all layers";
  return `Before the first step ${how}: its norm there is ${norm(first)}, in the last hidden layer ${norm(last)}.`;
}

function dead(shares: readonly number[]): string {
  const [first, last] = [shares.at(0) ?? 0, shares.at(-1) ?? 0];
  if (Number.isNaN(last)) return "";
  if (first === 0 && last === 0) return "No unit is dead at the start or at the end.";
  const opened = last < first ? ": some opened again" : "";
  return `At the start ${percent(first)} of the units are dead, at the end ${percent(last)}${opened}.`;
}

export function norm(value: number | undefined): string {
  return value === undefined ? "unknown" : value >= 1e-2 && value < 1e4 ? decimal(value) : scientific(value);
}
