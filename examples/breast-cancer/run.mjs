// From a tumour's measurements to a decision: node examples/breast-cancer/run.mjs [folder]
// Leaves everything in the folder [build/breast-cancer].
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const command = join(here, "../../packages/sigmax/bin/sigmax.js");
const folder = process.argv[2] ?? join(here, "../../build/breast-cancer");

mkdirSync(folder, { recursive: true });
copyFileSync(join(here, "policy.json"), join(folder, "policy.json"));
run("train breast-cancer --split 0.4/0.2/0.2/0.2 --seed 1");
run("calibrate breast-cancer.sigmax breast-cancer --coverage 0.95 --seed 1");
const decide = "decide breast-cancer.calibrated.sigmax breast-cancer --policy policy.json --rows test";
run(`${decide} --out decisions.csv`);
const referred = readFileSync(join(folder, "decisions.csv"), "utf8")
  .split("\n")
  .map((line) => line.split(","))
  .find(([, action]) => action === "refer");
if (referred) run(`${decide} --explain ${referred[0]}`);

// Does a network earn its keep?
run("compare breast-cancer --vary hidden=none,16:relu --folds 5 --repeats 2 --seed 1 --report compare.html");
run("train breast-cancer --hidden 16:relu --split 0.4/0.2/0.2/0.2 --seed 1 --out network.sigmax");
if (referred) run(`predict network.sigmax breast-cancer --explain ${referred[0]}`);

/** Shows a command, and runs it. */
function run(line) {
  console.log(`\n$ sigmax ${line}`);
  const { status } = spawnSync(process.execPath, [command, ...line.split(" ")], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
