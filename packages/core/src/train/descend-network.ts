import { mostSteps, type LinearLayer, type NetworkRun, type NetworkStepOptions } from "../kernels/index.ts";
import type { Body, EpochRecord, FitStatus, LayerMeters, Network } from "../model/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import type { BestEpoch, NetworkCheckpoint, RunIdentity } from "./checkpoint.ts";
import type { DescentOptions } from "./descend.ts";
import { createProbe, probeRows } from "./meters.ts";
import type { NetworkPlan } from "./network-plan.ts";
import { learningRateAt } from "./schedule.ts";
import { nextTurn } from "./turn.ts";
import type { Validation } from "./validation.ts";

/** Epochs whose meters the history keeps, about: of longer runs those of every second, third … epoch. */
const mostMeters = 100;

/** A run that is laid out, and all that says how it goes. */
export interface NetworkDescent {
  readonly run: NetworkRun;
  readonly network: Network;
  readonly identity: RunIdentity & { readonly plan: NetworkPlan };
  /** The rows that are learned from. */
  readonly train: Uint32Array;
  /** Null: nothing stops the run early. */
  readonly validation: Validation | null;
  readonly checkpoint: NetworkCheckpoint | undefined;
  /** The model as it is now. */
  readonly parts: () => { readonly layer: LinearLayer; readonly body: Body | null };
  readonly options: DescentOptions;
}

export interface DescentResult {
  readonly status: FitStatus;
  readonly history: readonly EpochRecord[];
  /** The parameters of the last epoch, or with validation rows those of the best. */
  readonly parameters: Float32Array;
}

/**
 * The epochs of a run that its checkpoint does not have yet. The order of an epoch's rows and what dropout leaves out depend
 * on the seed, the epoch and the step alone, so a run that goes on from a checkpoint does what the undisturbed one does.
 */
export async function descendNetwork(descent: NetworkDescent): Promise<DescentResult> {
  const { run, identity, validation, checkpoint, options } = descent;
  const { plan } = identity;
  const history = [...(checkpoint?.history ?? [])];
  let best: BestEpoch | null = checkpoint?.best ?? null;
  const end = (status: FitStatus): DescentResult => ({
    status,
    history,
    parameters: best?.parameters ?? run.parameters(),
  });
  const isOver = (): boolean =>
    plan.patience !== null && best !== null && history.length - best.epoch >= plan.patience;
  while (history.length < plan.epochs && !isOver()) {
    const record = await runEpoch(descent, history.length + 1);
    if (typeof record === "string") return end(record);
    const parameters = run.parameters();
    if (!parameters.every(Number.isFinite)) return end("diverged");
    const measured = validation?.measure(parameters);
    history.push({
      ...record,
      ...(measured && { validationLoss: measured.loss, validationAccuracy: measured.accuracy }),
    });
    if (measured && (best === null || measured.loss < best.loss))
      best = { epoch: history.length, loss: measured.loss, parameters };
    await options.onCheckpoint?.({
      identity,
      parameters,
      moments: run.moments(),
      best,
      history: [...history],
    });
  }
  return end(isOver() && history.length < plan.epochs ? "stopped-early" : "completed");
}

/** One epoch; why it ended where it did not come to its end. */
async function runEpoch(
  { run, network, identity, train, parts, options }: NetworkDescent,
  epoch: number,
): Promise<EpochRecord | "cancelled" | "diverged"> {
  const { plan } = identity;
  const { onProgress, signal } = options;
  const rows = train.length;
  const batch = Math.min(plan.batch, rows);
  const steps = Math.ceil(rows / batch);
  const perProbe = Math.ceil(probeRows / batch);
  const opening = epoch === 1 ? Math.min(steps, perProbe) : 0; // before here batches are looked at one by one,
  const probed = Math.max(0, steps - perProbe); // and from here on
  const openingProbe = createProbe(network);
  const probe = createProbe(network);
  run.order.set(train);
  shuffle(run.order.subarray(0, rows), createGenerator(plan.seed, epoch));
  let loss = 0;
  let right = 0;
  /** The steps [from, to) of this epoch. */
  const take = async (from: number, to: number): Promise<void> => {
    const first = (epoch - 1) * steps + from;
    const learningRates = new Float32Array(to - from);
    for (let i = 0; i < learningRates.length; i++)
      learningRates[i] = learningRateAt(plan, first + i, steps, plan.epochs);
    const count = Math.min(rows, to * batch) - from * batch;
    const totals = await run.steps(from * batch, count, batch, {
      ...stepOptionsOf(plan, rows),
      learningRates,
      firstStep: first,
    });
    loss += totals.loss;
    right += totals.right;
  };
  let meters: LayerMeters[] | undefined;
  const every = Math.ceil(plan.epochs / mostMeters);
  const isKept = network.stages.length > 1 && (epoch === 1 || (plan.epochs - epoch) % every === 0);
  const atOnce = batchesAtOnce(network, batch);
  for (let step = 0; step < steps;) {
    await nextTurn();
    if (signal?.aborted) return "cancelled";
    const until = Math.min(steps, step + atOnce);
    while (step < until) {
      const isLookedAt = step < opening || step >= probed;
      const next = isLookedAt ? step + 1 : Math.min(until, probed);
      const before = step === steps - 1 && network.stages.length > 0 ? run.parameters() : null;
      await take(step, next);
      const own = Math.min(rows, next * batch) - step * batch;
      if (step < opening) openingProbe.look(run, own);
      if (step >= probed) probe.look(run, own);
      if (before) meters = probe.read(run, before, own, opening > 0 ? openingProbe.dead() : null);
      step = next;
    }
    if (!Number.isFinite(loss)) return "diverged";
    const done = Math.min(rows, step * batch);
    onProgress?.({
      epoch,
      epochs: plan.epochs,
      share: done / rows,
      loss: loss / done,
      accuracy: right / done,
      layer: () => parts().layer,
      body: () => parts().body,
      ...(meters && { layers: meters }),
    });
  }
  return {
    epoch,
    loss: loss / rows,
    accuracy: right / rows,
    ...(meters && isKept && { layers: meters }),
  };
}

/** What does not change from step to step. Moments decay as in Adam's paper, and in PyTorch. */
function stepOptionsOf(
  { momentum, nesterov, l2, weightDecay, clipNorm, labelSmoothing }: NetworkPlan,
  rows: number,
): Omit<NetworkStepOptions, "learningRates" | "firstStep"> {
  return {
    momentum,
    nesterov,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    decay: l2 / rows,
    weightDecay,
    clipNorm: clipNorm ?? Infinity,
    labelSmoothing,
  };
}

/** A stretch is some tens of milliseconds: long against a turn of the event loop, short for a person. */
function batchesAtOnce({ program }: Network, batch: number): number {
  return Math.min(mostSteps, Math.max(1, Math.round(1.5e8 / (program.parameterCount * batch))));
}
