/** What the scripts of the bench of decisions share: a million rows of logits of a model that is too sure of itself. */
import { readFileSync, writeFileSync } from "node:fs";
import { createGenerator } from "@sigmax/core/random";

const [rows, columns] = [1_000_000, 10];

/** Normal logits z, the labels drawn from softmax(z); written are 1.7·z in float64, then one byte a label. */
export function writeScores(file) {
  const generator = createGenerator(6);
  const values = new Float64Array(rows * columns);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = -Infinity;
    for (let k = 0; k < columns; k++) {
      const z = 2 * generator.normal();
      values[row * columns + k] = 1.7 * z;
      const score = z - Math.log(-Math.log(generator.uniform())); // the largest is a draw from the softmax
      if (score > best) [best, labels[row]] = [score, k];
    }
  }
  writeFileSync(file, values);
  writeFileSync(file, labels, { flag: "a" });
}

export function readScores(file) {
  const { buffer, byteOffset } = readFileSync(file);
  const values = new Float64Array(buffer, byteOffset, rows * columns);
  const indices = Int32Array.from(new Uint8Array(buffer, byteOffset + values.byteLength, rows));
  return {
    logits: { rows, columns, values, unit: "logits" },
    labels: { classes: [..."0123456789"], indices },
  };
}
