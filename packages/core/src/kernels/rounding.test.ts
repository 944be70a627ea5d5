import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { createLinearSums, plainLinearSums } from "./linear-sums.ts";
import type { LinearSumsData } from "./sums.ts";

const generator = createGenerator(6);
const [rows, columns, outputs] = [6000, 12, 4];
const data: LinearSumsData & { readonly values: Float64Array } = {
  values: Float64Array.from({ length: rows * columns }, (_, i) => (i % 3) + generator.normal()),
  columns,
  scale: 0.5,
  labels: new Int32Array(rows),
  outputs,
  sampleWeights: null,
};
const theta = Float64Array.from({ length: outputs * (columns + 1) }, () => generator.normal() / 2);
// Labels drawn from the softmax at θ, which is then near the optimum: the largest of logit + Gumbel noise.
data.labels.forEach((_, row) => {
  const noisy = Array.from({ length: outputs }, (__, k) => {
    let z = theta[outputs * columns + k] - Math.log(-Math.log(generator.uniform()));
    for (let j = 0; j < columns; j++)
      z += data.scale * data.values[row * columns + j] * theta[k * columns + j];
    return z;
  });
  data.labels[row] = noisy.indexOf(Math.max(...noisy));
});

/** The same rows from the last to the first: other roundings. */
const reversed: LinearSumsData = {
  ...data,
  values: data.values.map((_, i) => {
    const row = rows - 1 - Math.floor(i / columns);
    return data.values[row * columns + (i % columns)];
  }),
  labels: data.labels.toReversed(),
};

const norm = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

test("in float64 no order of the rows takes a gradient further than its errors say, which are small", async () => {
  const found: Float64Array[] = [];
  for (const sums of [await createLinearSums(data), plainLinearSums(data), plainLinearSums(reversed)]) {
    await sums.place(theta);
    found.push(await sums.gradient());
  }
  const sums = await createLinearSums(data);
  await sums.place(theta);
  const errors = sums.gradientErrors(theta);
  for (const other of found.slice(1))
    other.forEach((value, i) => expect(Math.abs(value - found[0][i])).toBeLessThanOrEqual(2 * errors[i]));
  expect(Math.max(...errors) / Math.max(...found[0].map(Math.abs))).toBeLessThan(1e-12);
});

test("in float32 the error of a gradient is within the estimate, and not a hundredth of it", async () => {
  const exact = plainLinearSums(data);
  await exact.place(theta);
  const expected = await exact.gradient();
  const rounded = await createLinearSums({ ...data, isRounded: true });
  await rounded.place(theta);
  const found = await rounded.gradient();
  const error = norm(found.map((value, i) => value - expected[i]));
  const estimate = norm(rounded.gradientErrors(theta));
  expect(error).toBeLessThan(estimate);
  expect(error).toBeGreaterThan(0.01 * estimate);
});
