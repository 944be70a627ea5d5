import type { Interval } from "../statistics/index.ts";
import { meanInterval, type BootstrapOptions } from "./bootstrap.ts";

export interface StrategyCost {
  /** "policy", and what it stands beside: "always <action>", "most probable class" (its cheapest action, as if it were certain). */
  readonly strategy: string;
  /** Mean realised cost per row. */
  readonly mean: number;
  readonly interval: Interval;
  /** mean − that of the policy, and its paired interval: above 0 the policy is cheaper. */
  readonly difference: number;
  readonly differenceInterval: Interval;
}

/**
 * Ways to decide beside each other, the policy first.
 *
 * @param realised of each, what every row cost
 */
export function strategyCosts(
  names: readonly string[],
  realised: readonly Float64Array[],
  drawing: Required<BootstrapOptions>,
): readonly StrategyCost[] {
  return names.map((strategy, i) => {
    const differences = realised[i].map((cost, row) => cost - realised[0][row]);
    return {
      strategy,
      mean: mean(realised[i]),
      interval: meanInterval(realised[i], drawing),
      difference: mean(differences),
      differenceInterval: meanInterval(differences, drawing),
    };
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
