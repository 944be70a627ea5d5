// Diabetes among Pima women, with its missing values: node examples/diabetes/run.mjs [folder]
// Takes the data from Debian's package weka, and leaves everything in the folder [build/diabetes].
import { readModel } from "@sigmax/core";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const command = join(here, "../../packages/sigmax/bin/sigmax.js");
const folder = process.argv[2] ?? join(here, "../../build/diabetes");

/** Our names, in the order of the file, and whether a 0 there means "not measured". */
const columns = [
  ["pregnancies", false],
  ["glucose", true],
  ["blood_pressure", true],
  ["skin_fold", true],
  ["insulin", true],
  ["bmi", true],
  ["pedigree", false],
  ["age", false],
];

/** Three women to ask the model about; of the last two not everything was measured. */
const women = `name,pregnancies,glucose,blood_pressure,skin_fold,insulin,bmi,pedigree,age
A,1,95,66,21,70,26.0,0.25,24
B,4,150,,,,34.5,0.45,41
C,8,,80,,,38.0,0.90,55
`;

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "diabetes.csv"), csvOf(readFileSync(findData(), "utf8")));
writeFileSync(join(folder, "women.csv"), women);
const train = "train diabetes.csv --target diabetes --classes no,yes --seed 1";
run(train);
run("inspect diabetes.sigmax");
run("predict diabetes.sigmax women.csv --keep name --intervals");
run("predict diabetes.sigmax women.csv --explain 1");

// Does a network earn its keep?
const table = "diabetes.csv --target diabetes --classes no,yes";
const folds = "--folds 5 --repeats 2 --seed 1";
run(`compare ${table} --vary hidden=none,16:relu ${folds} --report compare.html`);
run(`compare ${table} --vary hidden=none,16:relu ${folds} --l2 10`);
run(`train ${table} --hidden 16:relu --seed 1 --out network.sigmax`);
run("predict network.sigmax women.csv --keep name --intervals");
showStarts(4);

/** The lines behind "@data" of an ARFF file, with an empty field for what was not measured. */
function csvOf(arff) {
  const lines = arff.split("@data")[1].trim().split(/\r?\n/);
  const rows = lines.map((line) => {
    const fields = line.split(",").map((field) => field.trim());
    const values = columns.map(([, isZeroMissing], j) =>
      isZeroMissing && Number(fields[j]) === 0 ? "" : fields[j],
    );
    return [...values, fields[columns.length] === "tested_positive" ? "yes" : "no"];
  });
  const header = [...columns.map(([name]) => name), "diabetes"];
  return [header, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** The file where the package puts it, or taken out of the package, which need not be installed: it would bring Java. */
function findData() {
  const path = "usr/share/doc/weka/examples/diabetes.arff";
  const places = [join("/", path), join(folder, "weka", path)];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const download = () => spawnSync("apt-get", ["download", "weka"], { cwd: folder }).status === 0;
  const isFetched = download() || (spawnSync("apt-get", ["update"]).status === 0 && download()); // a new machine has no lists yet
  const archive = isFetched && readdirSync(folder).find((name) => /^weka_.*\.deb$/.test(name));
  if (archive) spawnSync("dpkg-deb", ["-x", archive, "weka"], { cwd: folder });
  if (!existsSync(places[1])) {
    console.error(
      `The data come from Debian's package weka, and it cannot be had here. On Debian or Ubuntu: sudo apt-get update, then try again; elsewhere put its diabetes.arff at ${places[1]}.`,
    );
    process.exit(3);
  }
  return places[1];
}

/** What networks say that learned from the same women, and differ in how their weights started. */
function showStarts(count) {
  const models = Array.from({ length: count }, (_, i) => {
    const file = `start-${i + 1}.sigmax`;
    run(`train ${table} --hidden 16:relu --split none --seed ${i + 1} --report none --quiet --out ${file}`);
    return readModel(readFileSync(join(folder, file)));
  });
  console.log("\nProbability of diabetes by these networks, which learned from the same 768 women:");
  const [header, ...lines] = women.trim().split("\n");
  for (const line of lines) {
    const [name, ...values] = line.split(",");
    const names = header.split(",").slice(1);
    const woman = Object.fromEntries(
      names.map((key, j) => [key, values[j] === "" ? null : Number(values[j])]),
    );
    const all = models.map((model) => 100 * model.probabilities(woman).yes);
    console.log(`  ${name}  ${Math.min(...all).toFixed(1)} % to ${Math.max(...all).toFixed(1)} %`);
  }
}

/** Shows a command, and runs it. */
function run(line) {
  console.log(`\n$ sigmax ${line}`);
  const { status } = spawnSync(process.execPath, [command, ...line.split(" ")], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
