import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "./measure.mjs";
import { median } from "./figures.mjs";

/**
 * How to run the Python peers at their best on this machine. Two traps, both met in Debian 12:
 * OpenBLAS does not know every processor and then runs very old kernels (OPENBLAS_CORETYPE overrides that), and its
 * pthread build fights torch's OpenMP threads for the cores (its OpenMP build does not). What is best is measured.
 */

/** OPENBLAS_CORETYPE; null leaves it to OpenBLAS. A name that the processor cannot run crashes the probe, and is out. */
const coreTypes = [null, "Haswell", "SkylakeX", "Cooperlake", "Zen"];
const builds = ["pthread", "openmp"];
const layouts = ["plain", "wide"];
const probeRounds = 2;
const probeEpochs = 3;
/** What must be gained before a setting is taken over the one that is there without doing anything. */
const worthwhile = 0.97;

export function scriptPath(name) {
  return fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));
}

/** The Python that has `module`: Debian's first, since another may come before it on the path. */
export function findPython(module) {
  const check = [
    "-c",
    `import importlib.util, sys; sys.exit(importlib.util.find_spec(${JSON.stringify(module)}) is None)`,
  ];
  return ["/usr/bin/python3", "python3"].find((python) => spawnSync(python, check).status === 0) ?? null;
}

/** Debian's builds of OpenBLAS: name → folder. Empty elsewhere; the library in use is then left as it is. */
export function findOpenBlas() {
  const found = {};
  for (const triplet of list("/usr/lib")) {
    for (const build of builds) {
      const folder = path.join("/usr/lib", triplet, `openblas-${build}`);
      if (list(folder).includes("libopenblas.so.0")) found[build] = folder;
    }
  }
  return found;
}

/** The environment for a Python peer: nothing inherited that steers BLAS or OpenMP, then our settings. */
function pythonEnvironment({ coreType, folder }) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(OPENBLAS|OMP|GOMP|MKL|ATEN|LD)_/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PYTHONDONTWRITEBYTECODE: "1", // so that the scripts leave nothing beside them
    ...(coreType ? { OPENBLAS_CORETYPE: coreType } : {}),
    ...(folder ? { LD_LIBRARY_PATH: folder } : {}),
  };
}

/**
 * How PyTorch was set up: `settings` is what the results record, `environments` what its processes get.
 * @typedef {object} Tuning
 * @property {{ openblas: string, kernels: object[], threads: Record<number, Setting & { tried: Setting[] }> }} settings
 * @property {Record<number, Record<string, string>>} environments by number of threads
 *
 * @typedef {{ build: string, layout: string, epochMilliseconds: number }} Setting
 */

/**
 * Tries the kernels of OpenBLAS on the products of a training step, then its builds and both layouts of the
 * hand-written loop for each number of threads, and keeps the fastest.
 *
 * @param {string} python
 * @param {number[]} threadCounts
 * @param {(line: string) => void} log
 * @returns {Promise<Tuning>}
 */
export async function tuneTorch(python, threadCounts, log) {
  const folders = findOpenBlas();
  const [library] = Object.values(folders);
  const kernels = library ? await probeKernels(python, path.join(library, "libopenblas.so.0")) : [];
  const best = fastest(kernels, "stepMicroseconds", ({ coreType }) => coreType === null);
  const environment = (build) => pythonEnvironment({ coreType: best?.coreType, folder: folders[build] });
  const names = library ? Object.keys(folders) : ["system"];

  const threads = {};
  const environments = {};
  for (const count of threadCounts) {
    const tried = await probeLoops(python, count, names, environment);
    const chosen = fastest(
      tried,
      "epochMilliseconds",
      ({ build, layout }) => build === names[0] && layout === layouts[0],
    );
    threads[count] = { ...chosen, tried };
    environments[count] = environment(chosen.build);
    log(`PyTorch with --threads ${count}: ${chosen.build} build of OpenBLAS, ${chosen.layout} layout`);
  }
  const openblas = best
    ? `${best.core} kernels (${best.coreType ? "OPENBLAS_CORETYPE" : "as detected"})`
    : "as installed";
  return { settings: { openblas, kernels, threads }, environments };
}

/** Milliseconds an epoch of the hand-written loop, for each build and layout: a few epochs of each, in turn. */
async function probeLoops(python, threads, names, environment) {
  const candidates = names.flatMap((build) => layouts.map((layout) => ({ build, layout, seconds: [] })));
  for (let round = 0; round < probeRounds; round++) {
    for (const { build, layout, seconds } of candidates) {
      const options = ["--threads", threads, "--layout", layout, "--epochs", probeEpochs].map(String);
      const command = [python, scriptPath("torch_hand.py"), ...options];
      const { output } = await measure({ command, env: environment(build) });
      seconds.push(...output.epochSeconds);
    }
  }
  return candidates.map(({ build, layout, seconds }) => ({
    build,
    layout,
    epochMilliseconds: 1000 * median(seconds),
  }));
}

/** What each kind of kernels does on this processor; `failed` where it does not run or computes wrongly. */
async function probeKernels(python, library) {
  const kernels = [];
  for (const coreType of coreTypes) {
    const job = { command: [python, scriptPath("sgemm.py"), library], env: pythonEnvironment({ coreType }) };
    try {
      const runs = [];
      for (let round = 0; round < probeRounds; round++) runs.push((await measure(job)).output);
      const stepMicroseconds = Math.min(...runs.map((run) => run.stepMicroseconds));
      const squareGflops = Math.max(...runs.map((run) => run.squareGflops));
      kernels.push({ coreType, ...runs[0], stepMicroseconds, squareGflops });
    } catch (error) {
      kernels.push({ coreType, failed: error.message });
    }
  }
  return kernels;
}

/** The candidate with the least `figure`, unless the natural one is nearly as good. */
function fastest(candidates, figure, isNatural) {
  const usable = candidates.filter((candidate) => candidate[figure] !== undefined);
  const best = usable.toSorted((a, b) => a[figure] - b[figure])[0];
  const natural = usable.find(isNatural);
  return natural && natural[figure] * worthwhile <= best[figure] ? natural : best;
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
