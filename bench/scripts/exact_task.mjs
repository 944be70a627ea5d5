/** What the scripts of the exact solvers share: their data, in memory, and the optimum of Fashion-MNIST. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { createGenerator } from "@sigmax/core/random";

/** f* of Σ cross-entropy + ½‖W‖² on its 60,000 training rows, pixels/255, found in float64 with ‖∇f‖ = 8e-5. */
export const fashionOptimum = 20993.568344;

const folder = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist";
const ownData = new URL("../../packages/sigmax/data/", import.meta.url);

function idx(file, header) {
  return new Uint8Array(gunzipSync(readFileSync(file))).slice(header);
}

export function fashion() {
  const values = idx(path.join(folder, "train-images-idx3-ubyte.gz"), 16);
  const indices = Int32Array.from(idx(path.join(folder, "train-labels-idx1-ubyte.gz"), 8));
  return {
    features: { rows: indices.length, columns: 784, values },
    labels: { classes: [..."0123456789"], indices },
  };
}

export function digits() {
  const pixels = idx(new URL("digits-images-idx3-ubyte.gz", ownData), 16);
  const indices = Int32Array.from(idx(new URL("digits-labels-idx1-ubyte.gz", ownData), 8));
  const values = Float64Array.from(pixels, (pixel) => pixel / 16);
  return {
    features: { rows: indices.length, columns: 64, values },
    labels: { classes: [..."0123456789"], indices },
  };
}

export function breastCancer() {
  const lines = readFileSync(new URL("breast-cancer.csv", ownData), "utf8").trim().split(/\r?\n/).slice(1);
  const cells = lines.map((line) => line.split(","));
  const values = Float64Array.from(cells.flatMap((row) => row.slice(0, -1).map(Number)));
  const classes = ["malignant", "benign"];
  const indices = Int32Array.from(cells, (row) => classes.indexOf(row.at(-1)));
  return { features: { rows: cells.length, columns: 30, values }, labels: { classes, indices } };
}

const million = { rows: 1_000_000, columns: 30 };

/** A million rows of 30 normal numbers, and labels drawn from a logistic model: float64 features, then one byte a label. */
export function writeMillion(file) {
  const { rows, columns } = million;
  const generator = createGenerator(4);
  const weights = Float64Array.from({ length: columns }, () => generator.normal() / 2);
  const values = Float64Array.from({ length: rows * columns }, () => generator.normal());
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    let z = -0.5;
    for (let j = 0; j < columns; j++) z += weights[j] * values[row * columns + j];
    return generator.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
  });
  writeFileSync(file, values);
  writeFileSync(file, labels, { flag: "a" });
}

export function readMillion(file) {
  const { rows, columns } = million;
  const { buffer, byteOffset } = readFileSync(file);
  const values = new Float64Array(buffer, byteOffset, rows * columns);
  const indices = Int32Array.from(new Uint8Array(buffer, byteOffset + values.byteLength, rows));
  return { features: { rows, columns, values }, labels: { classes: ["no", "yes"], indices } };
}

/** 50,000 × 500 numbers, float32, each column sharing half of its variance with all others; 8 classes. */
export function correlated() {
  const [rows, columns, classes] = [50_000, 500, 8];
  const generator = createGenerator(5);
  const weights = Float64Array.from(
    { length: classes * columns },
    () => (2 * generator.normal()) / Math.sqrt(columns),
  );
  const values = new Float32Array(rows * columns);
  const indices = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const common = generator.normal();
    const x = values.subarray(row * columns, (row + 1) * columns);
    for (let j = 0; j < columns; j++) x[j] = Math.SQRT1_2 * (common + generator.normal());
    const logits = Float64Array.from({ length: classes }, (_, k) => {
      let z = -Math.log(-Math.log(generator.uniform())); // the largest of these is a draw from the softmax
      for (let j = 0; j < columns; j++) z += weights[k * columns + j] * x[j];
      return z;
    });
    indices[row] = logits.indexOf(Math.max(...logits));
  }
  return { features: { rows, columns, values }, labels: { classes: [..."01234567"], indices } };
}
