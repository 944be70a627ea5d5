import type { Labels, Logits } from "../data/index.ts";
import { classScores } from "../evaluate/scores.ts";
import { logSigmoid } from "../functions/index.ts";

/** A rising or falling function of the log-odds of one class, for finite ones; may be infinite. */
export type LogOddsMap = (score: number) => number;

/** Two classes need one map, that of the second's log-odds; more need one each. */
export function mapCount(classCount: number): number {
  return classCount === 2 ? 1 : classCount;
}

/** How many classes so many maps are for. */
export function classCountOf(maps: number): number {
  return maps === 1 ? 2 : maps;
}

/**
 * Logits from log-odds that were mapped class by class.
 *
 * Two classes: [0, map(z₁ − z₀)]. More: ln σ(mapₖ(log-odds of class k against the rest)), which softmax makes sum to
 * one (one against the rest, renormalized). Where every map of a row says 0, its own logits stay. Infinite
 * log-odds, from masked classes, are not mapped.
 */
export function mapLogOdds(logits: Logits, maps: readonly LogOddsMap[]): Logits {
  const { rows, columns } = logits;
  const values = new Float64Array(rows * columns);
  const scoresOf = classScores(logits);
  if (columns === 2) {
    const scores = scoresOf(1);
    for (let row = 0; row < rows; row++) {
      const mapped = Number.isFinite(scores[row]) ? maps[0](scores[row]) : scores[row];
      if (mapped === Infinity) values[2 * row] = -Infinity;
      else values[2 * row + 1] = mapped;
    }
    return { ...logits, values };
  }
  const isPossible = new Uint8Array(rows);
  maps.forEach((map, k) => {
    const scores = scoresOf(k);
    for (let row = 0; row < rows; row++) {
      const value = logSigmoid(Number.isFinite(scores[row]) ? map(scores[row]) : scores[row]);
      values[row * columns + k] = value;
      if (value > -Infinity) isPossible[row] = 1;
    }
  });
  for (let row = 0, start = 0; row < rows; row++, start += columns)
    if (isPossible[row] === 0) values.set(logits.values.subarray(start, start + columns), start);
  return { ...logits, values };
}

/** One class against the rest: rows whose log-odds are finite. */
export interface BinaryRows {
  readonly scores: Float64Array;
  /** 1 where the row is of the class. */
  readonly isEvent: Uint8Array;
  readonly sampleWeights: Float64Array | undefined;
}

/** The rows of each map. */
export function binaryRows(
  logits: Logits,
  { indices }: Labels,
  sampleWeights: ArrayLike<number> | undefined,
): BinaryRows[] {
  const { columns } = logits;
  const scoresOf = classScores(logits);
  return Array.from({ length: mapCount(columns) }, (_, map) => {
    const k = columns === 2 ? 1 : map;
    const scores = scoresOf(k);
    const isEvent = new Uint8Array(scores.length);
    const weights = new Float64Array(sampleWeights ? scores.length : 0);
    let count = 0;
    for (let row = 0; row < scores.length; row++) {
      if (!Number.isFinite(scores[row]) || sampleWeights?.[row] === 0) continue;
      scores[count] = scores[row];
      isEvent[count] = indices[row] === k ? 1 : 0;
      if (sampleWeights) weights[count] = sampleWeights[row];
      count++;
    }
    return {
      scores: scores.subarray(0, count),
      isEvent: isEvent.subarray(0, count),
      sampleWeights: sampleWeights && weights.subarray(0, count),
    };
  });
}
