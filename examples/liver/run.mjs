// How far a liver disease has gone, from blood: node examples/liver/run.mjs [folder]
// Takes the data from R's package survival, and leaves everything in the folder [build/liver].
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const command = join(here, "../../packages/sigmax/bin/sigmax.js");
const folder = process.argv[2] ?? join(here, "../../build/liver");

mkdirSync(folder, { recursive: true });
copyFileSync(join(here, "policy.json"), join(folder, "policy.json"));
const { status, stderr } = spawnSync("Rscript", [join(here, "liver.R")], { cwd: folder, encoding: "utf8" });
if (status !== 0) {
  console.error(
    `The data come from R's package survival, and R cannot give them here. On Debian or Ubuntu: sudo apt-get install r-cran-survival. ${stderr ?? ""}`,
  );
  process.exit(3);
}
run(
  "train liver.csv --target stage --classes early,bridging,cirrhosis --exclude id --l2 20 --split 0.4/0.25/0.2/0.15 --seed 1",
);
run("calibrate liver.sigmax liver.csv --by class --coverage 0.8 --seed 1");
const decide = "decide liver.calibrated.sigmax liver.csv --policy policy.json --rows test";
run(`${decide} --keep id --out decisions.csv`);
run(`${decide} --explain 10`);

/** Shows a command, and runs it. */
function run(line) {
  console.log(`\n$ sigmax ${line}`);
  const { status: code } = spawnSync(process.execPath, [command, ...line.split(" ")], {
    cwd: folder,
    stdio: "inherit",
  });
  if (code !== 0) process.exit(code ?? 1);
}
