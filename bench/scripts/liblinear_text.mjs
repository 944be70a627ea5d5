/**
 * The same labels by LIBLINEAR's trust-region Newton method, one after the other, at its usual tolerance. A label's time is that of
 * its process less that of one which reads the same file and stops at once. Prints one JSON object.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { featuresOf, libsvmRows, objectiveOf, readDebtags, writeLabel } from "./text_task.mjs";

const [, , file, program] = process.argv;
const folder = mkdtempSync(path.join(tmpdir(), "liblinear-"));
const rowsFile = path.join(folder, "rows.txt");
const modelFile = path.join(folder, "model.txt");

function secondsOf(...options) {
  const begun = performance.now();
  const { status } = spawnSync(program, ["-s", "0", "-c", "1", "-q", ...options, rowsFile, modelFile], {
    stdio: ["ignore", "ignore", 2],
  });
  if (status !== 0) throw new Error(`${program} ended with exit code ${status}`);
  return (performance.now() - begun) / 1000;
}

try {
  const { table, labels } = await readDebtags(file);
  const matrix = featuresOf(table);
  const lines = libsvmRows(matrix);
  let [reading, training] = [0, 0];
  const objectives = labels.names.map((_, label) => {
    writeLabel(rowsFile, lines, labels, label);
    const idle = secondsOf("-e", "1e9");
    reading += idle;
    training += Math.max(0, secondsOf() - idle);
    const model = readFileSync(modelFile, "utf8");
    const weights = Float64Array.from(
      model
        .slice(model.indexOf("\nw\n") + 3)
        .trim()
        .split("\n"),
      Number,
    );
    return objectiveOf(matrix, labels, label, weights);
  });
  const objective = objectives.reduce((sum, each) => sum + each, 0);
  process.stdout.write(
    `${JSON.stringify({ labels: labels.names.length, reading, training, objectives, objective })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
