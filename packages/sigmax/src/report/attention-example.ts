import { onlineSoftmax, type OnlineSoftmaxStep } from "@sigmax/core/functions";

/** A flower of Fisher's irises (Annals of Eugenics 7, 1936), measured in centimeters. */
export interface Flower {
  /** Its row in the table, from 1, with its species. */
  readonly name: string;
  /** Sepal length and width, petal length and width, each less its mean over all 150 flowers. */
  readonly measures: readonly number[];
  /** Its place in `species`. */
  readonly label: number;
}

export const species: readonly string[] = ["setosa", "versicolor", "virginica"];

const means = [5.843, 3.057, 3.758, 1.199];

function flower(row: number, measures: readonly number[], label: number): Flower {
  return {
    name: `row ${row}, ${species[label]}`,
    measures: measures.map((x, j) => Math.round(1000 * (x - means[j])) / 1000),
    label,
  };
}

/** The query: its true species is versicolor, but many classifiers say virginica. */
export const query: Flower = flower(71, [5.9, 3.2, 4.8, 1.8], 1);

/** The keys, in the order in which they are read. */
export const flowers: readonly Flower[] = [
  flower(1, [5.1, 3.5, 1.4, 0.2], 0),
  flower(51, [7, 3.2, 4.7, 1.4], 1),
  flower(2, [4.9, 3, 1.4, 0.2], 0),
  flower(101, [6.3, 3.3, 6, 2.5], 2),
  flower(52, [6.4, 3.2, 4.5, 1.5], 1),
  flower(102, [5.8, 2.7, 5.1, 1.9], 2),
];

/** The value of a flower: 1 at its species, else 0. */
export function valueOf({ label }: Flower): number[] {
  return species.map((_, k) => Number(k === label));
}

/** The query attending to the flowers one after the other, with scores q · k / √4. */
export function flowerSteps(): OnlineSoftmaxStep[] {
  const scores = flowers.map(
    ({ measures }) => measures.reduce((sum, x, j) => sum + x * query.measures[j], 0) / 2,
  );
  return onlineSoftmax(scores, flowers.flatMap(valueOf), species.length);
}
