import { mostSteps, type LinearLayer, type SoftmaxRun } from "../kernels/index.ts";
import type { Body, EpochRecord, FitStatus, LayerMeters, SoftmaxForm } from "../model/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import type { Checkpoint, RunIdentity } from "./checkpoint.ts";
import { learningRateAt } from "./schedule.ts";
import { nextTurn } from "./turn.ts";

export interface FitProgress {
  /** The epoch at work, from 1, and how many there will be. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of this epoch that is done, in (0, 1]. */
  readonly share: number;
  /** Means over this epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
  /** The weights as they are now, copied when asked for. */
  readonly layer: SoftmaxRun["layer"];
  /** What stands before it as it is now; null where the weights act on the features themselves. */
  readonly body: () => Body | null;
  /** How the layers of a network fare, at the end of an epoch. */
  readonly layers?: readonly LayerMeters[];
}

export interface DescentOptions {
  /** Called after every stretch of steps. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Stops before the next stretch when `aborted`; the status is then "cancelled". */
  readonly signal?: { readonly aborted: boolean };
  /** Called after every epoch; the run waits until it is saved. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
}

/**
 * The epochs of a run that `history` does not have yet. The order of an epoch's rows depends on the seed
 * and the epoch alone, so a run that goes on from a checkpoint does what the undisturbed one does.
 *
 * @param numbersPerRow that are worked on; fewer than columns where most are 0
 */
export async function descend(
  run: SoftmaxRun,
  layer: () => LinearLayer,
  asSoftmax: SoftmaxForm,
  identity: RunIdentity,
  history: readonly EpochRecord[],
  { onProgress, signal, onCheckpoint }: DescentOptions,
  numbersPerRow: number = identity.columns,
): Promise<{ status: FitStatus; history: readonly EpochRecord[] }> {
  const { plan, rows, classes } = identity;
  const { batch, epochs, momentum, l2, seed } = plan;
  const records = [...history];
  const steps = Math.ceil(rows / batch);
  // A stretch is some tens of milliseconds: long against a turn of the event loop, short for a person.
  const batchesAtOnce = Math.round(2.5e8 / (classes * numbersPerRow * batch));
  const stretch = batch * Math.min(mostSteps, Math.max(1, batchesAtOnce));
  const learningRates = new Float32Array(Math.min(stretch / batch, steps));
  let order = orderOf(rows, seed, records.length + 1);
  for (let epoch = records.length + 1; epoch <= epochs; epoch++) {
    run.order.set(order);
    let loss = 0;
    let right = 0;
    for (let done = 0; done < rows;) {
      await nextTurn();
      if (signal?.aborted) return { status: "cancelled", history: records };
      const count = Math.min(stretch, rows - done);
      const first = (epoch - 1) * steps + done / batch;
      learningRates.forEach((_, i) => {
        learningRates[i] = learningRateAt(plan, first + i, steps, epochs);
      });
      const stepOptions = asSoftmax.stepOptions({ learningRates, momentum, decay: l2 / rows });
      const working = run.steps(done, count, batch, stepOptions);
      if (done === 0 && epoch < epochs) order = orderOf(rows, seed, epoch + 1); // while others take the steps
      const totals = await working;
      done += count;
      loss += totals.loss;
      right += totals.right;
      if (!Number.isFinite(loss)) return { status: "diverged", history: records };
      const accuracy = right / done;
      onProgress?.({
        epoch,
        epochs,
        share: done / rows,
        loss: loss / done,
        accuracy,
        layer,
        body: () => null,
      });
    }
    records.push({ epoch, loss: loss / rows, accuracy: right / rows });
    if (onCheckpoint)
      await onCheckpoint({ identity, layer: run.layer(), velocity: run.velocity(), history: [...records] });
  }
  const { weights, bias } = run.layer();
  const isFinite = weights.every(Number.isFinite) && bias.every(Number.isFinite);
  return { status: isFinite ? "completed" : "diverged", history: records };
}

/** Which row comes when in an epoch. */
function orderOf(rows: number, seed: number, epoch: number): Uint32Array {
  const order = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  shuffle(order, createGenerator(seed, epoch));
  return order;
}
