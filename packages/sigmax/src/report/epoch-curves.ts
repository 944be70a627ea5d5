import type { Labels } from "@sigmax/core/data";
import type { Kernels, LinearLayer } from "@sigmax/core/kernels";
import { createClassifier } from "@sigmax/core/model";
import type { Snapshot } from "../commands/snapshots.ts";
import type { Reported } from "./build.ts";
import type { ReportData } from "./data.ts";
import { keptEpoch } from "./kept-epoch.ts";

/** Logits that are held at a time: a few megabytes, however many epochs and rows there are. */
const mostLogits = 4e6;

/** Training curves, and beside them the test rows measured with the weights after each epoch. */
export function epochCurves(reported: Reported): ReportData["history"] {
  const { model, evaluatedOn, trained, evaluation } = reported;
  const history = model.training.history.map(({ epoch, loss, accuracy }) => ({
    epoch,
    trainLoss: loss,
    trainAccuracy: accuracy,
  }));
  if (evaluatedOn !== "test" || trained === undefined) return history;
  const kept = (keptEpoch(model.training.history)?.epoch ?? 0) - 1; // these weights are the model's
  const shown = history.flatMap((_, i) => (i === kept || trained.snapshots[i] === undefined ? [] : [i]));
  const measured = measureEpochs(
    reported,
    shown.map((i) => trained.snapshots[i]),
    trained.kernels,
  );
  const points = new Map(shown.map((i, place) => [i, measured[place]]));
  points.set(kept, { testLoss: evaluation.logLoss, testAccuracy: evaluation.accuracy });
  return history.map((point, i) => ({ ...point, ...points.get(i) }));
}

interface TestPoint {
  readonly testLoss: number;
  readonly testAccuracy: number;
}

function measureEpochs(reported: Reported, snapshots: readonly Snapshot[], kernels: Kernels): TestPoint[] {
  const layers = snapshots.map(({ layer }) => layer);
  if (reported.model.body === null) return measureLayers(reported, layers, kernels);
  const { model, tested } = reported;
  return snapshots.flatMap(({ layer, body }) => {
    const { values } = createClassifier({ ...model, body, layers: [layer] }, kernels).rawLogits(tested.data);
    return scoresOf(Float32Array.from(values), 1, model.classes.length, tested.labels, kernels);
  });
}

/** The outputs of several epochs side by side are one wider layer, so that the rows are read once for all of them. */
function measureLayers(
  { model, tested: { data, labels } }: Reported,
  layers: readonly LinearLayer[],
  kernels: Kernels,
): TestPoint[] {
  const classes = model.classes.length;
  const atOnce = Math.max(1, Math.floor(mostLogits / (data.rows * classes)));
  const points: TestPoint[] = [];
  for (let first = 0; first < layers.length; first += atOnce) {
    const some = layers.slice(first, first + atOnce);
    const wide = createClassifier({ ...model, layers: [joined(some)] }, kernels);
    // Row by row the logits of each epoch in turn, classes of them.
    const logits = Float32Array.from(wide.rawLogits(data).values);
    points.push(...scoresOf(logits, some.length, classes, labels, kernels));
  }
  return points;
}

function joined(layers: readonly LinearLayer[]): LinearLayer {
  const [{ weights, bias }] = layers;
  const wide = {
    weights: new Float32Array(layers.length * weights.length),
    bias: new Float32Array(layers.length * bias.length),
  };
  layers.forEach((layer, i) => {
    wide.weights.set(layer.weights, i * weights.length);
    wide.bias.set(layer.bias, i * bias.length);
  });
  return wide;
}

/**
 * Mean of −ln p and share of right answers, epoch by epoch. The largest probability is never near 0, so from it and the
 * logits −ln p = (z_max − z) − ln p_max holds for the smallest too.
 */
function scoresOf(
  logits: Float32Array,
  epochs: number,
  classes: number,
  { indices }: Labels,
  kernels: Kernels,
): TestPoint[] {
  const probabilities = new Float32Array(logits.length);
  kernels.softmaxRows(logits, classes, probabilities);
  const losses = new Float64Array(epochs);
  const right = new Float64Array(epochs);
  for (let row = 0, start = 0; row < indices.length; row++)
    for (let epoch = 0; epoch < epochs; epoch++, start += classes) {
      let top = start;
      for (let i = start + 1; i < start + classes; i++) if (logits[i] > logits[top]) top = i;
      const own = start + indices[row];
      losses[epoch] += logits[top] - logits[own] - Math.log(probabilities[top]);
      if (top === own) right[epoch]++;
    }
  return Array.from(losses, (loss, epoch) => ({
    testLoss: loss / indices.length,
    testAccuracy: right[epoch] / indices.length,
  }));
}
