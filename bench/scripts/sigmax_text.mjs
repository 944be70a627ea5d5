/** Debtags from descriptions in Sigmax, on one core: reading, features, the fit of all labels, prediction. Prints one JSON object. */
import { fitClassifier } from "@sigmax/core";
import { createKernels } from "@sigmax/core/kernels";
import { fitSparseSigmoids } from "@sigmax/core/optimize";
import { featuresOf, objectiveOf, readDebtags, text } from "./text_task.mjs";

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
let begun = performance.now();
const lap = () => {
  const seconds = (performance.now() - begun) / 1000;
  begun = performance.now();
  return seconds;
};

const { table, labels } = await readDebtags(process.argv[2]);
const reading = lap();
const matrix = featuresOf(table);
const features = lap();
// The intercept is penalized, since LIBLINEAR knows no free one. 1e-8 is far below what LIBLINEAR stops at; the default for texts is 1e-13.
const fits = await fitSparseSigmoids(
  { ...matrix, labels: labels.names.length, marks: labels.values, sampleWeights: null },
  createKernels(),
  { interceptPenalty: 1, tolerance: 1e-8 },
);
const training = lap();
const objectives = fits.map(({ columns, weights, bias }, label) => {
  const all = new Float64Array(matrix.columns + 1);
  columns.forEach((column, i) => (all[column] = weights[i]));
  all[matrix.columns] = bias;
  return objectiveOf(matrix, labels, label, all);
});

const model = await fitClassifier({ table, labels }, { text, tolerance: 1e-2 });
const rates = [];
for (let i = 0; i < 5; i++) {
  lap();
  model.predict(table);
  rates.push(table.rows / lap());
}
process.stdout.write(
  `${JSON.stringify({
    rows: table.rows,
    labels: labels.names.length,
    reading,
    features,
    training,
    objectives,
    objective: objectives.reduce((sum, each) => sum + each, 0),
    gap: Math.max(...fits.map(({ gap, objective }) => gap / objective)),
    textsPerSecond: median(rates),
  })}\n`,
);
