/**
 * What a report adds to the command that trains: with it and without it in turn, since the processor changes its speed from
 * one second to the next. `node report_cost.mjs <folder> <bin> …`, the rest being the command's arguments. Prints one JSON
 * object, with the least test accuracy.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";

const [folder, ...command] = process.argv.slice(2);

let accuracy = 1;

function seconds(report) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...command, "--out", path.join(folder, "cost.sigmax"), "--report", report],
    { encoding: "utf8" },
  );
  const spent = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(stderr);
  accuracy = Math.min(accuracy, JSON.parse(stdout).accuracy);
  return spent;
}

const differences = Array.from(
  { length: 3 },
  () => seconds(path.join(folder, "cost.html")) - seconds("none"),
);
process.stdout.write(`${JSON.stringify({ seconds: differences.toSorted((a, b) => a - b)[1], accuracy })}\n`);
