/**
 * Exact fits in Sigmax, through the public API, data in memory: `fashion`, `correlated`, `small`, or `million <file>`.
 * Prints one JSON object.
 */
import { fitClassifier } from "@sigmax/core";
import { plainKernels } from "@sigmax/core/kernels";
import { createThreads } from "@sigmax/core/node";
import { breastCancer, correlated, digits, fashion, fashionOptimum, readMillion } from "./exact_task.mjs";

const [what, file] = process.argv.slice(2);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** One fit: seconds from the call to its return, and where it stood when. */
async function timed(data, options) {
  const trace = [];
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const onIteration = ({ passes, objective }) => trace.push({ seconds: seconds(), passes, objective });
  const model = await fitClassifier(data, { l2: 1, covariance: "none", ...options, onIteration });
  return { seconds: seconds(), trace, model };
}

/** Of a large fit: when it came within 1e-6 of f* and when that was proven, in seconds and passes. */
function described({ seconds, trace, model }, optimum) {
  const { status, optimum: end } = model.training;
  const reached = trace.find(({ objective }) => objective - optimum <= 1e-6 * optimum);
  return {
    status,
    seconds: reached.seconds,
    passes: reached.passes,
    certifiedSeconds: seconds,
    certifiedPasses: end.passes,
    gap: end.gap / end.objective,
    trace,
  };
}

/** f of the finished model, in float64 throughout: weights and intercepts as they are stored. */
async function exactObjective({ features, labels }, model, scale) {
  const { weights, bias } = model.layers[0];
  const { values, columns } = features;
  const outputs = labels.classes.length;
  const data = { values, columns, scale, labels: labels.indices, outputs, sampleWeights: null };
  const sums = await plainKernels.createLinearSums(data);
  const loss = await sums.place(Float64Array.from([...weights, ...bias]));
  return loss + weights.reduce((sum, weight) => sum + weight * weight, 0) / 2;
}

/** Milliseconds of the first fit and the median one of a process, certified to 1e-8. */
async function small(data, options, repeats) {
  const times = [];
  let gap = 0;
  for (let i = 0; i < repeats; i++) {
    const { seconds, model } = await timed(data, { ...options, tolerance: 1e-8 });
    if (model.training.status !== "certified") throw new Error(`the status was ${model.training.status}`);
    times.push(1000 * seconds);
    gap = model.training.optimum.gap / model.training.optimum.objective;
  }
  return { first: times[0], milliseconds: median(times), gap };
}

async function measured() {
  if (what === "small")
    return {
      digits: await small(digits(), { scaling: 1 }, 9),
      cancer: await small(breastCancer(), {}, 31),
    };
  const team = createThreads();
  team.start(); // while the data are read; those of NumPy begin with its import
  try {
    if (what === "fashion") {
      const data = fashion();
      const fit = await timed(data, { scaling: 255, team });
      const objective = await exactObjective(data, fit.model, 1 / 255);
      return { ...described(fit, fashionOptimum), trueGap: (objective - fashionOptimum) / fashionOptimum };
    }
    if (what === "correlated") {
      const fit = await timed(correlated(), { scaling: 1, team });
      return described(fit, fit.model.training.optimum.objective);
    }
    const begun = performance.now();
    const data = readMillion(file);
    const reading = (performance.now() - begun) / 1000;
    const times = [];
    let training;
    for (let i = 0; i < 3; i++) {
      const { seconds, model } = await timed(data, { scaling: 1, team });
      times.push(seconds);
      training = model.training;
    }
    const { status, optimum } = training;
    return { reading, first: times[0], seconds: median(times), status, passes: optimum.passes };
  } finally {
    team.close();
  }
}

process.stdout.write(`${JSON.stringify(await measured())}\n`);
