import type { Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLength } from "./check.ts";
import type { Choice } from "./choice.ts";
import type { CostPolicy } from "./policy.ts";
import { bitOf } from "./reasons.ts";

/** One number per row for each column that a policy names. */
export type RowCosts = Readonly<Record<string, ArrayLike<number>>>;

/**
 * The action of least expected cost, the earlier of equal ones; "refer" only where it is strictly cheaper than all others.
 *
 * @throws InputError when a column is missing, or a cost in it is not a finite number ≥ 0
 */
export function chooseByCost(policy: CostPolicy, probabilities: Probabilities, rowCosts: RowCosts): Choice {
  const { rows, columns: classCount, values } = probabilities;
  const { actions, referral } = policy;
  const costsOf = costsOfRows("decide", policy, rows, rowCosts);
  const action = new Int32Array(rows);
  const reasons = new Uint8Array(rows);
  const expectedCosts = new Float64Array(rows * actions.length);
  const costly = bitOf("costly");
  for (let row = 0; row < rows; row++) {
    const costs = costsOf(row);
    const from = row * classCount;
    const to = row * actions.length;
    let best = -1;
    for (let a = 0, at = 0; a < actions.length; a++) {
      let sum = 0;
      for (let k = 0; k < classCount; k++) sum += costs[at++] * values[from + k];
      expectedCosts[to + a] = sum;
      // "refer" is last, so it is compared with the best of the others.
      if (best < 0 || sum < expectedCosts[to + best]) best = a;
    }
    if (best === referral) reasons[row] = costly;
    action[row] = best;
  }
  const orderOf = costOrders(policy);
  const changes = (row: number, low: Float64Array, high: Float64Array): boolean => {
    const costs = costsOf(row);
    const chosen = action[row];
    const start = row * classCount;
    return actions.some(
      (_, other) =>
        other !== chosen &&
        canCostLess(costs, chosen, other, orderOf(costs, chosen, other), low, high, start),
    );
  };
  return { action, reasons, expectedCosts, changes };
}

/**
 * Whether `other` costs less than `chosen` for some probabilities q, low ≤ q ≤ high, Σ q = 1: the most of
 * Σₖ (cost(chosen, k) − cost(other, k)) qₖ, a fractional knapsack: start at low, and give what is left to the classes
 * with the largest differences first. The same bits of cost count as no difference: 1e-12 of the largest one.
 */
function canCostLess(
  costs: Float64Array,
  chosen: number,
  other: number,
  order: Int32Array,
  low: Float64Array,
  high: Float64Array,
  start: number,
): boolean {
  const classCount = order.length;
  const differenceAt = (k: number): number => costs[chosen * classCount + k] - costs[other * classCount + k];
  let left = 1;
  let gain = 0;
  let scale = 0;
  for (let k = 0; k < classCount; k++) {
    const difference = differenceAt(k);
    left -= low[start + k];
    gain += difference * low[start + k];
    scale = Math.max(scale, Math.abs(difference));
  }
  for (let i = 0; i < classCount && left > 0; i++) {
    const k = order[i];
    const more = Math.min(left, high[start + k] - low[start + k]);
    gain += differenceAt(k) * more;
    left -= more;
  }
  return gain > 1e-12 * scale;
}

/** Classes by falling difference of two actions' costs: kept for each pair where no column changes the costs. */
function costOrders({
  actions,
  classes,
  costColumns,
}: CostPolicy): (costs: Float64Array, chosen: number, other: number) => Int32Array {
  const kept = new Map<number, Int32Array>();
  return (costs, chosen, other) => {
    const pair = chosen * actions.length + other;
    const known = costColumns.length === 0 ? kept.get(pair) : undefined;
    if (known) return known;
    const differences = classes.map(
      (_, k) => costs[chosen * classes.length + k] - costs[other * classes.length + k],
    );
    const order = Int32Array.from(classes.keys()).toSorted(
      (j, k) => differences[k] - differences[j] || j - k,
    );
    kept.set(pair, order);
    return order;
  };
}

/**
 * The costs of each row, actions × classes: those of the policy with the columns' numbers put in. The array is used
 * again for the next row.
 *
 * @throws InputError when a column is missing, or a cost in it is not a finite number ≥ 0
 */
export function costsOfRows(
  where: string,
  { actions, classes, costs, costColumns }: CostPolicy,
  rows: number,
  rowCosts: RowCosts,
): (row: number) => Float64Array {
  if (costColumns.length === 0) return () => costs;
  const cells = costColumns.map(({ action, class: place, column }) => {
    if (!Object.hasOwn(rowCosts, column))
      throw new InputError(
        `${where}: the cost of "${actions[action]}" is in a column "${column}", which the rows lack`,
      );
    const values = rowCosts[column];
    checkLength(where, `costs in column "${column}"`, values, rows);
    for (let row = 0; row < rows; row++)
      if (!(values[row] >= 0 && values[row] < Infinity))
        throw new InputError(
          `${where}: costs in column "${column}" must be finite numbers ≥ 0, got ${values[row]} at row ${row}`,
        );
    const from = action * classes.length + (place ?? 0);
    return { values, from, to: place === null ? from + classes.length : from + 1 };
  });
  const own = costs.slice();
  return (row) => {
    for (const { values, from, to } of cells) own.fill(values[row], from, to);
    return own;
  };
}
