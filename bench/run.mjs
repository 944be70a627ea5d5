/** `npm run bench`: our side and the peers in turn on this machine, one table. README.md tells how to read it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { answer, spread } from "./harness/figures.mjs";
import { debianVersion, describeMachine, machineSlug } from "./harness/machine.mjs";
import { findPython, tuneTorch } from "./harness/python.mjs";
import { runRounds } from "./harness/rounds.mjs";
import { formatTable } from "./harness/table.mjs";
import { benches } from "./jobs/index.mjs";
import { debianAdvice, installNpmPeers, npmPeerVersion } from "./setup.mjs";

const leastRepeats = 5;
const usage = `usage: npm run bench -- [--repeats N] [bench …]

${benches.map(({ name, about }) => `  ${name.padEnd(10)}${about}`).join("\n")}

Without names all of them run and the table is also written to bench/results, if N is at least ${leastRepeats}
(the default). Peers are installed into bench/peers first.
`;

function log(line) {
  process.stderr.write(`${line}\n`);
}

function fail(sentence) {
  process.stderr.write(`bench: ${sentence}\n\n${usage}`);
  process.exit(2);
}

/** The benches asked for and the number of rounds. Ends the process on a wrong argument. */
function readArguments() {
  const options = { repeats: { type: "string" }, help: { type: "boolean" } };
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    fail(error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const repeats = Number(values.repeats ?? leastRepeats);
  if (!Number.isInteger(repeats) || repeats < 1)
    fail(`--repeats must be a whole number from 1, got ${values.repeats}`);
  const unknown = positionals.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) fail(`there is no bench "${unknown}"`);
  const chosen =
    positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name));
  return { chosen, repeats };
}

/** Each contestant's own figures, for whoever wants more than the table: how it was run, times, memory. */
function describeContestants(contestants, { rounds, failures }, hide) {
  return contestants.map(({ name, command }) => {
    if (failures[name]) return { name, failed: failures[name] };
    const all = (read) => {
      const values = rounds.map((round) => read(round[name]));
      return values.every(Number.isFinite) ? spread(values) : null;
    };
    return {
      name,
      command: hide(command.join(" ")),
      wallSeconds: all((outcome) => outcome.wallSeconds),
      cpuSeconds: all((outcome) => outcome.cpuSeconds ?? NaN),
      peakBytes: all((outcome) => outcome.peakBytes ?? NaN),
      otherCores: all((outcome) => outcome.otherCores ?? NaN),
      accuracy: all((outcome) => outcome.output.accuracy),
    };
  });
}

function versions() {
  return {
    node: process.versions.node,
    "python3-torch": debianVersion("python3-torch"),
    "python3-numpy": debianVersion("python3-numpy"),
    "python3-sklearn": debianVersion("python3-sklearn"),
    libopenblas0: debianVersion("libopenblas0-pthread"),
    "@tensorflow/tfjs": npmPeerVersion("@tensorflow/tfjs"),
    "onnxruntime-web": npmPeerVersion("onnxruntime-web"),
  };
}

/** For JSON.stringify: more digits than these would be noise. */
function fourDigits(_key, value) {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value;
}

function writeResults(result) {
  const folder = fileURLToPath(new URL("results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(result, fourDigits, 2)}\n`;
  const name = `${result.date.slice(0, 10)}-${machineSlug(result.machine)}.json`;
  for (const file of [name, "latest.json"]) writeFileSync(path.join(folder, file), text);
  log(`written to bench/results/${name} and bench/results/latest.json`);
}

async function main() {
  const { chosen, repeats } = readArguments();
  try {
    installNpmPeers();
  } catch (error) {
    log(error.message); // what needs them then reads "not measured"
  }
  const advice = debianAdvice();
  if (advice) log(advice);

  const temporary = mkdtempSync(path.join(tmpdir(), "sigmax-bench-"));
  process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const python = findPython("torch");
  let tuning;
  const context = {
    temporary,
    python,
    tuneTorch: () => (tuning ??= python === null ? Promise.resolve(null) : tuneTorch(python, [1, 2], log)),
  };
  const root = fileURLToPath(new URL("../", import.meta.url));
  const hide = (text) =>
    text.replaceAll(temporary, "<temporary>").replaceAll(root, "").replaceAll(process.execPath, "node");

  const rows = [];
  const contestants = {};
  for (const bench of chosen) {
    const prepared = await bench.prepare(context);
    const measured = await runRounds(prepared.contestants, repeats, (line) => log(`${bench.name}, ${line}`));
    prepared.finish?.(measured);
    const answers = prepared.questions.map((question) => answer(question, measured));
    log(`${bench.name}\n${formatTable(answers)}`); // the whole table comes at the end; whoever stops before has this
    rows.push(...answers);
    contestants[bench.name] = describeContestants(prepared.contestants, measured, hide);
  }
  const tuned = await tuning;
  const busiest = Object.values(contestants)
    .flat()
    .map(({ otherCores }) => otherCores?.max ?? 0);
  const result = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    versions: versions(),
    repeats,
    otherCoresAtMost: Math.max(...busiest),
    torch: tuned?.settings ?? null,
    rows,
    contestants,
  };
  process.stdout.write(`${describe(result)}\n\n${formatTable(rows)}\n`);
  const gaps = new Set(rows.map(({ notMeasured }) => notMeasured).filter(Boolean));
  for (const gap of gaps) process.stdout.write(`not measured: ${gap}\n`);
  if (chosen.length === benches.length && repeats >= leastRepeats) writeResults(result);
  process.exitCode = gaps.size > 0 ? 1 : 0;
}

function describe({ date, machine, versions: installed, repeats, otherCoresAtMost, torch }) {
  const { processor, family, model, vectors, cores, memoryGigabytes, system } = machine;
  const list = Object.entries(installed)
    .map(([name, version]) => `${name} ${version ?? "absent"}`)
    .join(", ");
  const settings = Object.entries(torch?.threads ?? {}).map(
    ([threads, { build, layout }]) =>
      `${threads} thread${threads === "1" ? "" : "s"}: ${build} build, ${layout} layout`,
  );
  return [
    `${date}  ${processor} (family ${family}, model ${model}, ${vectors}), ${cores} cores, ${memoryGigabytes} GB, ${system}`,
    list,
    ...(torch ? [`PyTorch at its best here: OpenBLAS with ${torch.openblas}; ${settings.join("; ")}`] : []),
    `medians (min–max), runs in turn: ${repeats}; other work kept at most ${otherCoresAtMost.toFixed(2)} cores busy`,
  ].join("\n");
}

await main();
