// Pictures of clothes, sorted with at most 1 % mistakes: node examples/fashion-mnist/run.mjs [folder]
// Leaves everything in the folder [build/fashion-mnist].
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const command = join(here, "../../packages/sigmax/bin/sigmax.js");
const folder = process.argv[2] ?? join(here, "../../build/fashion-mnist");

mkdirSync(folder, { recursive: true });
copyFileSync(join(here, "policy.json"), join(folder, "policy.json"));
run("train fashion-mnist --split 0.8/0.1/0.1 --epochs 10 --seed 1");
run("calibrate fashion-mnist.sigmax fashion-mnist --target-risk 0.01 --seed 1");
const decide = "decide fashion-mnist.calibrated.sigmax fashion-mnist:test --policy policy.json";
run(`${decide} --out decisions.csv`);
run(`${decide} --explain 4`);

/** Shows a command, and runs it. */
function run(line) {
  console.log(`\n$ sigmax ${line}`);
  const { status } = spawnSync(process.execPath, [command, ...line.split(" ")], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
