import { listOf } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Obstacle } from "../optimize/index.ts";

const remedy = "give a penalty: with l2 = 1, the default, there always is one optimum";

/** Why there is no optimum without a penalty, in the user's own names. */
export function refusalOf(obstacle: Obstacle, names: readonly string[]): InputError {
  const listed = (columns: readonly number[]): string => listOf(columns.map((j) => names[j]));
  if (obstacle.kind === "dependent") {
    const { column, on } = obstacle;
    const why = on.length === 0 ? "is the same in all rows" : `is determined by ${listed(on)}`;
    return new InputError(
      `fitClassifier: without a penalty (l2 = 0) the coefficients are not determined: column "${names[column]}" ${why}; leave one out, or ${remedy}`,
    );
  }
  const { kind, columns, alone } = obstacle;
  const how = kind === "complete" ? "completely" : "but for ties (quasi-completely)";
  const causes = `${alone ? (columns.length > 1 ? "each alone" : "alone") : "together"} ${listed(columns)}`;
  return new InputError(
    `fitClassifier: without a penalty (l2 = 0) there is no finite optimum, since the columns separate the classes ${how}: ${causes}; ${remedy}`,
  );
}
