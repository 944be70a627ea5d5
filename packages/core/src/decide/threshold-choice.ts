import type { Probabilities } from "../data/index.ts";
import type { Choice } from "./choice.ts";
import type { RiskPolicy, ThresholdPolicy } from "./policy.ts";
import { bitOf } from "./reasons.ts";
import type { Selective } from "./selective.ts";

/** Of the classes that reach their threshold, the action of the one with the largest p/t. */
export function chooseByThreshold(policy: ThresholdPolicy, probabilities: Probabilities): Choice {
  const { rows, columns, values } = probabilities;
  const { thresholds, actionOfClass, otherwise } = policy;
  const action = new Int32Array(rows);
  const reasons = new Uint8Array(rows);
  const below = bitOf("below-threshold");
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let winner = -1;
    let most = 0;
    for (let k = 0; k < columns; k++) {
      const p = values[start + k];
      const factor = p / thresholds[k];
      // Compared as p ≥ t: the quotient of two near numbers may round to 1.
      if (p >= thresholds[k] && factor > most) [winner, most] = [k, factor];
    }
    action[row] = winner < 0 ? otherwise : actionOfClass[winner];
    if (winner < 0) reasons[row] = below;
  }
  const changes = (row: number, low: Float64Array, high: Float64Array): boolean =>
    thresholdChanges(policy, action[row], low, high, row * columns);
  return { action, reasons, expectedCosts: null, changes };
}

/** The most probable class, the first of equal ones, where its probability is above the guarantee's threshold; else "refer". */
export function chooseByRisk(
  policy: RiskPolicy,
  { rows, columns, values }: Probabilities,
  guarantee: Selective,
): Choice {
  const action = new Int32Array(rows).fill(policy.referral);
  const reasons = new Uint8Array(rows);
  const refused = bitOf(guarantee.feasible ? "below-threshold" : "guarantee-not-feasible");
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let top = 0;
    for (let k = 1; k < columns; k++) if (values[start + k] > values[start + top]) top = k;
    if (guarantee.feasible && values[start + top] > guarantee.threshold) action[row] = top;
    else reasons[row] = refused;
  }
  // With the same threshold for all classes, the largest p/t is the largest p.
  const rule: ThresholdRule = {
    thresholds: new Float64Array(columns).fill(Math.max(guarantee.threshold, Number.MIN_VALUE)),
    actionOfClass: Int32Array.from({ length: columns }, (_, k) => k),
    otherwise: policy.referral,
  };
  const changes = (row: number, low: Float64Array, high: Float64Array): boolean =>
    guarantee.feasible && thresholdChanges(rule, action[row], low, high, row * columns);
  return { action, reasons, expectedCosts: null, changes };
}

type ThresholdRule = Pick<ThresholdPolicy, "thresholds" | "actionOfClass" | "otherwise">;

/** Whether another action wins for some probabilities of the box that sum to 1. */
function thresholdChanges(
  rule: ThresholdRule,
  chosen: number,
  low: Float64Array,
  high: Float64Array,
  start: number,
): boolean {
  const { thresholds, actionOfClass, otherwise } = rule;
  if (otherwise !== chosen && canAllMiss(thresholds, low, high, start)) return true;
  return actionOfClass.some(
    (action, k) => action >= 0 && action !== chosen && canWin(k, thresholds, low, high, start),
  );
}

/** Whether all probabilities can be below their thresholds at once and still sum to 1. */
function canAllMiss(thresholds: Float64Array, low: Float64Array, high: Float64Array, start: number): boolean {
  let most = 0;
  let cut = false;
  for (let k = 0; k < thresholds.length; k++) {
    if (low[start + k] >= thresholds[k]) return false;
    if (high[start + k] >= thresholds[k]) cut = true; // such a class comes near its threshold, never to it
    most += Math.min(high[start + k], thresholds[k]);
  }
  return cut ? most > 1 : most >= 1 - 1e-9;
}

/**
 * Whether class k can reach its threshold with the largest p/t of all. The larger its probability, the more room for the
 * others below it, so only its largest is tried: then the others need at least their lows, and at most what leaves k first.
 */
function canWin(
  k: number,
  thresholds: Float64Array,
  low: Float64Array,
  high: Float64Array,
  start: number,
): boolean {
  let others = 0;
  for (let j = 0; j < thresholds.length; j++) if (j !== k) others += low[start + j];
  const p = Math.min(high[start + k], 1 - others);
  if (!(p >= thresholds[k])) return false;
  let most = p;
  for (let j = 0; j < thresholds.length; j++) {
    if (j === k) continue;
    const limit = (p * thresholds[j]) / thresholds[k];
    if (low[start + j] > limit || (low[start + j] === limit && j < k)) return false;
    most += Math.min(high[start + j], limit);
  }
  return most >= 1 - 1e-9;
}
