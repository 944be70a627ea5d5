/**
 * What both sides of the text bench share: the packages of this machine's lists with their tags, the features of the
 * descriptions, and the objective of a label, summed anew.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { takeLabelSets } from "@sigmax/core/data";
import { createSparseEncoder, fitEncoding } from "@sigmax/core/features";
import { readTable } from "../../packages/sigmax/dist/sources/table.js";

/** Words and pairs of words, hashed to 2^18 features. */
export const text = { description: { lengths: [1, 2], hashed: 2 ** 18 } };

const script = fileURLToPath(new URL("../../examples/debtags/table.mjs", import.meta.url));

/** Writes debtags.csv. @returns its path, or null where there are no package lists */
export function makeDebtags(folder) {
  const { status } = spawnSync(process.execPath, [script, folder], { stdio: ["ignore", "ignore", 2] });
  return status === 0 ? path.join(folder, "debtags.csv") : null;
}

export async function readDebtags(file) {
  const { table } = await readTable(file, { features: ["description", "tags"], text: ["description"] });
  return takeLabelSets(table, "tags");
}

/** The sparse features of the descriptions. */
export function featuresOf(table) {
  const { columns, scaling } = fitEncoding(table, { text });
  return createSparseEncoder(columns, scaling).openTable(table)(0, table.rows);
}

/** The features as LIBLINEAR reads them, a line a row without the label; a last feature of ones is the intercept. */
export function libsvmRows({ rows, columns, starts, indices, values }) {
  return Array.from({ length: rows }, (_, row) => {
    let line = "";
    for (let i = starts[row]; i < starts[row + 1]; i++) line += ` ${indices[i] + 1}:${values[i]}`;
    return `${line} ${columns + 1}:1`;
  });
}

/** Writes the rows with one label, +1 first: then LIBLINEAR's weights speak for it. */
export function writeLabel(file, lines, { names, values }, label) {
  const marks = lines.map((_, row) => values[row * names.length + label]);
  const order = [...marks.keys()].toSorted((a, b) => marks[b] - marks[a]);
  writeFileSync(file, `${order.map((row) => `${marks[row] === 1 ? "+1" : "-1"}${lines[row]}`).join("\n")}\n`);
}

/** Σ ln(1 + e^∓z) + ½‖w‖² + ½b², in float64. @param weights one a feature, the intercept last */
export function objectiveOf({ rows, columns, starts, indices, values }, labels, label, weights) {
  let objective = weights.reduce((sum, weight) => sum + weight * weight, 0) / 2;
  for (let row = 0; row < rows; row++) {
    let z = weights[columns];
    for (let i = starts[row]; i < starts[row + 1]; i++) z += values[i] * weights[indices[i]];
    const u = labels.values[row * labels.names.length + label] === 1 ? -z : z;
    objective += Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
  }
  return objective;
}
