import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { labelsOf, matrix, readIdx, takeRows, type Labels, type Matrix } from "../src/data/index.ts";
import { createGenerator } from "../src/random/index.ts";
import type { MatrixData } from "../src/train/index.ts";

const folder = new URL("../../sigmax/data/", import.meta.url);

/** A shipped table of numbers with the class last. */
export function readSample(name: string, classes: readonly string[]): MatrixData {
  const [head, ...lines] = readFileSync(new URL(name, folder), "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const columns = head.slice(0, -1);
  const values = Float64Array.from(lines.flatMap((row) => row.slice(0, -1).map(Number)));
  return {
    features: matrix(values, lines.length, columns.length),
    labels: labelsOf(
      lines.map((row) => row[row.length - 1]),
      classes,
    ),
    columns,
  };
}

export const iris = (): MatrixData => readSample("iris.csv", ["setosa", "versicolor", "virginica"]);
export const breastCancer = (): MatrixData => readSample("breast-cancer.csv", ["malignant", "benign"]);

/** 1,797 digits of 8 × 8 pixels, divided by 16. */
export function digits(): MatrixData {
  const read = (name: string): ArrayLike<number> =>
    readIdx(gunzipSync(readFileSync(new URL(`digits-${name}-ubyte.gz`, folder))), name).values;
  const values = Float64Array.from(read("images-idx3"), (value) => value / 16);
  return {
    features: matrix(values, values.length / 64, 64),
    labels: labelsOf(Array.from(read("labels-idx1"))),
  };
}

/** The rows whose number passes. */
export function rowsWhere(data: MatrixData, isTaken: (row: number) => boolean): MatrixData {
  const { features, labels } = data;
  const places = Uint32Array.from([...labels.indices.keys()].filter(isTaken));
  return {
    ...data,
    features: takeRows(features, places),
    labels: { classes: labels.classes, indices: Int32Array.from(places, (row) => labels.indices[row]) },
  };
}

/** Numbers as a matrix of so many columns, with classes. */
export function dataOf(values: readonly number[], columns: number, labels: readonly number[]): MatrixData {
  return { features: matrix(Float64Array.from(values), labels.length, columns), labels: labelsOf(labels) };
}

/** Normal columns, and a class for each row drawn from softmax(B x̃), the intercept last in each row of B. */
export function drawRows(
  rows: number,
  truth: readonly (readonly number[])[],
  seed: number,
): { features: Matrix<Float64Array>; labels: Labels } {
  const generator = createGenerator(seed);
  const columns = truth[0].length - 1;
  const values = Float64Array.from({ length: rows * columns }, () => generator.normal());
  return { features: matrix(values, rows, columns), labels: drawLabels(values, truth, seed) };
}

/** A class for each row, drawn from softmax(B x̃). */
export function drawLabels(
  values: Float64Array,
  truth: readonly (readonly number[])[],
  seed: number,
): Labels {
  const generator = createGenerator(seed, 1);
  const columns = truth[0].length - 1;
  const indices = Int32Array.from({ length: values.length / columns }, (_, row) => {
    const odds = truth.map((own) =>
      Math.exp(own.reduce((z, b, j) => z + b * (j < columns ? values[row * columns + j] : 1), 0)),
    );
    let left = generator.uniform() * odds.reduce((sum, each) => sum + each, 0);
    let k = 0;
    while (k < odds.length - 1 && (left -= odds[k]) >= 0) k++;
    return k;
  });
  return { classes: truth.map((_, k) => String(k)), indices };
}
