import type { Labels, Logits } from "../data/index.ts";
import { logSigmoid } from "../functions/index.ts";
import { exp, log } from "../kernels/elementary.ts";

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
  const scores = new Float64Array(columns);
  for (let start = 0; start < values.length; start += columns) {
    rowLogOdds(logits.values, start, columns, scores);
    if (columns === 2) {
      const score = Number.isFinite(scores[1]) ? maps[0](scores[1]) : scores[1];
      if (score === Infinity) values[start] = -Infinity;
      else values[start + 1] = score;
      continue;
    }
    let isPossible = false;
    for (let k = 0; k < columns; k++) {
      values[start + k] = logSigmoid(Number.isFinite(scores[k]) ? maps[k](scores[k]) : scores[k]);
      if (values[start + k] > -Infinity) isPossible = true;
    }
    if (!isPossible) values.set(logits.values.subarray(start, start + columns), start);
  }
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
  const { rows, columns } = logits;
  const all = new Float64Array(rows * columns);
  const own = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    rowLogOdds(logits.values, row * columns, columns, own);
    for (let k = 0; k < columns; k++) all[k * rows + row] = own[k];
  }
  return Array.from({ length: mapCount(columns) }, (_, map) => {
    const k = columns === 2 ? 1 : map;
    const ofClass = all.subarray(k * rows, (k + 1) * rows);
    const isIn = (row: number): boolean =>
      Number.isFinite(ofClass[row]) && (!sampleWeights || sampleWeights[row] > 0);
    const places = Uint32Array.from(indices.keys()).filter(isIn);
    return {
      scores: Float64Array.from(places, (row) => ofClass[row]),
      isEvent: Uint8Array.from(places, (row) => (indices[row] === k ? 1 : 0)),
      sampleWeights: sampleWeights && Float64Array.from(places, (row) => sampleWeights[row]),
    };
  });
}

/** zₖ − ln Σ_{j≠k} e^{zⱼ} for each class k of one row, in two passes: the largest logit has the rest summed by itself. */
function rowLogOdds(values: ArrayLike<number>, start: number, columns: number, output: Float64Array): void {
  if (columns === 2) {
    const score = values[start + 1] - values[start];
    output[0] = -score;
    output[1] = score;
    return;
  }
  let top = 0;
  for (let k = 1; k < columns; k++) if (values[start + k] > values[start + top]) top = k;
  const max = values[start + top];
  let next = -Infinity;
  for (let k = 0; k < columns; k++) if (k !== top && values[start + k] > next) next = values[start + k];
  if (next === -Infinity) {
    output.fill(-Infinity, 0, columns);
    output[top] = Infinity;
    return;
  }
  let rest = 0; // Σ over all but the top, as a share of the second largest
  for (let k = 0; k < columns; k++) {
    output[k] = k === top ? 0 : exp(values[start + k] - next);
    rest += output[k];
  }
  const shrink = exp(next - max);
  for (let k = 0; k < columns; k++) {
    // 1 + … ≥ 1, so taking a class's own share away loses nothing.
    const others = 1 + shrink * (rest - output[k]);
    output[k] = k === top ? max - next - log(rest) : values[start + k] - max - log(others);
  }
}
