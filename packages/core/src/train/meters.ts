import type { NetworkRun } from "../kernels/index.ts";
import type { LayerMeters, Network } from "../model/index.ts";

/** Rows that are looked at for the meters of an epoch, at least, where it has so many. */
export const probeRows = 512;

/** Collects how the layers of a network fare over the last batches of an epoch. */
export interface Probe {
  /** Looks at the blocks of a batch that was just at work. */
  look(run: NetworkRun, rows: number): void;
  /**
   * The meters, from what was seen and the last step.
   *
   * @param before the parameters before that step
   * @param rows   of its batch
   * @param deadAtStart what was dead when the run began, in its first epoch
   */
  read(
    run: NetworkRun,
    before: Float32Array,
    rows: number,
    deadAtStart: readonly (number | null)[] | null,
  ): LayerMeters[];
  /** By layer, the share of units that were 0 for all rows seen; null where the activation has no flat half. */
  dead(): (number | null)[];
}

export function createProbe({ stages }: Network): Probe {
  const seen = stages.map(({ outputs }) => ({
    count: 0,
    sum: 0,
    squares: 0,
    isAlive: new Uint8Array(outputs),
  }));
  const dead = (): (number | null)[] =>
    stages.map(({ canDie }, i) => {
      const { isAlive } = seen[i];
      const alive = isAlive.reduce((total, one) => total + one, 0);
      return canDie ? rounded(1 - alive / isAlive.length) : null;
    });
  return {
    dead,
    look(run, rows) {
      stages.forEach(({ measured, outputs }, i) => {
        const values = run.block(measured);
        const own = seen[i];
        for (let at = 0, unit = 0; at < rows * outputs; at++, unit = unit + 1 === outputs ? 0 : unit + 1) {
          const value = values[at];
          own.sum += value;
          own.squares += value * value;
          if (value > 0) own.isAlive[unit] = 1;
        }
        own.count += rows * outputs;
      });
    },
    read(run, before, rows, deadAtStart) {
      const deadNow = dead();
      const gradient = run.gradient();
      const after = run.parameters();
      return stages.map(({ name, start, end, slopes }, i): LayerMeters => {
        const { count, sum, squares } = seen[i];
        const mean = sum / count;
        let [ofGradient, ofChange, ofWeights] = [0, 0, 0];
        for (let at = start; at < end; at++) {
          ofGradient += gradient[at] * gradient[at];
          ofChange += (after[at] - before[at]) * (after[at] - before[at]);
          ofWeights += before[at] * before[at];
        }
        const atStart = deadAtStart?.[i] ?? null;
        return {
          name,
          gradientNorm: rounded(Math.sqrt(ofGradient) / rows),
          updateRatio: rounded(ofWeights === 0 ? 0 : Math.sqrt(ofChange / ofWeights)),
          mean: rounded(mean),
          deviation: rounded(Math.sqrt(Math.max(0, squares / count - mean * mean))),
          dead: deadNow[i],
          ...(atStart !== null && { deadAtStart: atStart }),
          ...(slopes && { slopes: rangeOf(after.subarray(slopes.start, slopes.end)) }),
        };
      });
    },
  };
}

function rangeOf(values: Float32Array): { mean: number; least: number; most: number } {
  let [sum, least, most] = [0, Infinity, -Infinity];
  for (const value of values) {
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { mean: rounded(sum / values.length), least: rounded(least), most: rounded(most) };
}

/** To four digits: what a meter shows, and a short text in files. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
