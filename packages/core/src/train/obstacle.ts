import { listOf, type Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { separatingColumns, type Obstacle } from "../optimize/index.ts";
import type { PreparedData } from "./data.ts";

const remedy = "give a penalty: with l2 = 1, the default, there always is one optimum";

/** Why there is no optimum without a penalty, in the user's own names. */
export function refusalOf(
  obstacle: Obstacle,
  { features, labels }: PreparedData,
  { values }: { values: Values },
): InputError {
  const names = features.columns;
  if (obstacle.kind === "dependent") {
    const name = names[obstacle.column] ?? "the intercept";
    return new InputError(
      `fitClassifier: without a penalty (l2 = 0) the coefficients are not determined: column "${name}" depends on the columns before it (${dependsOn(values, names, obstacle.column)}); leave one out, or ${remedy}`,
    );
  }
  const alone = separatingColumns(values, names.length, labels.indices);
  const causes = alone.length > 0 ? alone : strongest(obstacle.direction, names.length);
  const how = obstacle.kind === "complete" ? "completely" : "but for ties (quasi-completely)";
  return new InputError(
    `fitClassifier: without a penalty (l2 = 0) there is no finite optimum, since the columns separate the classes ${how}: ${alone.length > 0 ? "alone already" : "most of all"} ${listOf(causes.slice(0, 5).map((j) => names[j]))}; ${remedy}`,
  );
}

/** The columns with the largest weights in a direction, as features have a common unit. */
function strongest(direction: Float64Array, columns: number): number[] {
  const sizes = new Float64Array(columns);
  const outputs = direction.length / (columns + 1);
  for (let k = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++) sizes[j] = Math.max(sizes[j], Math.abs(direction[k * columns + j]));
  const order = [...sizes.keys()].toSorted((a, b) => sizes[b] - sizes[a]);
  return order.filter((j) => sizes[j] > 0.1 * sizes[order[0]]).slice(0, 3);
}

/** The earlier column most like this one, where there is one. */
function dependsOn(values: Values, names: readonly string[], column: number): string {
  const columns = names.length;
  const rows = values.length / columns;
  const size = (j: number, k: number): number => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += values[i * columns + j] * values[i * columns + k];
    return sum;
  };
  let best = -1;
  let nearest = 0;
  for (let j = 0; j < Math.min(column, columns); j++) {
    const likeness = size(j, column) ** 2 / (size(j, j) * size(column, column));
    if (likeness > nearest) {
      nearest = likeness;
      best = j;
    }
  }
  return best < 0 ? "it is the same in all rows" : `most like "${names[best]}"`;
}
