// Measures every activation in a deep plain network on Fashion-MNIST, and writes what the atlas shows:
// packages/sigmax/src/report/atlas-measured.ts. `npm run measure:activations` takes some minutes, an activation in each of as
// many threads as there are cores; the figures are the same on every machine. `--check relu,swish` measures the start and
// the first two epochs of some, compares them with the file and writes nothing.
import { activations } from "@sigmax/core/functions";
import { createKernels } from "@sigmax/core/kernels";
import { createNetwork, namedActivation, softmaxHead } from "@sigmax/core/model";
import { createGenerator, shuffle } from "@sigmax/core/random";
import { version } from "@sigmax/core";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";

const layers = 20;
const units = 64;
const classes = 10;
const trainRows = 10_000;
const testRows = 2000;
const epochs = 12;
const batch = 128;
const momentum = 0.9;
const rates = [0.1, 0.03, 0.01, 0.003, 0.001];
const seeds = [0, 1, 2];
/** Below this |f′| a unit hands no gradient on. */
const still = 1e-6;
const folder = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist";
const target = fileURLToPath(new URL("../packages/sigmax/src/report/atlas-measured.ts", import.meta.url));

const { check: chosen } = parseArgs({ options: { check: { type: "string" } } }).values;
const loaded = {
  train: readRows("train", trainRows),
  test: readRows("t10k", testRows),
  kernels: createKernels(),
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
/** Lists of equal length become one of medians. */
const medians = (lists) => lists[0].map((_, i) => median(lists.map((list) => list[i])));
/** Four digits are what a figure shows. */
const rounded = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : value);

/** So many rows of a split, those that the seed draws. */
function readRows(split, count) {
  const read = (name) => {
    const content = gunzipSync(readFileSync(`${folder}/${split}-${name}-ubyte.gz`));
    return content.subarray(4 + 4 * content[3]);
  };
  const [pixels, labels] = [read("images-idx3"), read("labels-idx1")];
  const columns = pixels.length / labels.length;
  const order = Uint32Array.from(labels, (_, row) => row);
  shuffle(order, createGenerator(7));
  const values = new Uint8Array(count * columns);
  order
    .subarray(0, count)
    .forEach((row, i) => values.set(pixels.subarray(row * columns, (row + 1) * columns), i * columns));
  return {
    source: { values, columns, scale: 1 / 255 },
    labels: Int32Array.from(order.subarray(0, count), (row) => labels[row]),
  };
}

/** 20 times a dense layer and, as a stage of its own so that what goes into it can be seen, the activation. */
function deepNetwork(name, columns) {
  const { initialization, pieces, layers: own } = namedActivation(name);
  const stages = Array.from({ length: layers }, (_, i) => [
    {
      name: "dense",
      canDie: false,
      layers: [{ kind: "dense", inputs: i === 0 ? columns : units, outputs: units * pieces, initialization }],
    },
    { name, canDie: false, layers: own(units) },
  ]).flat();
  return { network: createNetwork(columns, stages, classes, softmaxHead), initialization };
}

/**
 * |∂y/∂x| of a unit's own input, at one place of a layer's numbers: learned slopes as they are then; of softmax and
 * sparsemax the diagonal of the Jacobian; of maxout 1, since one of its pieces always hands the gradient on.
 */
function slopesOf(name, x, y, slopes) {
  const { activation: unit } = activations.find((each) => each.name === name);
  if (unit && "derivative" in unit) {
    const fixed = unit.parameter?.start ?? 0;
    return (at, k) => Math.abs(unit.derivative(x[at], slopes ? slopes[k] : fixed));
  }
  if (name === "softmax") return (at) => y[at] * (1 - y[at]);
  if (name === "sparsemax")
    return (at, k) =>
      y[at] > 0 ? 1 - 1 / y.subarray(at - k, at - k + units).filter((one) => one > 0).length : 0;
  return () => 1;
}

const stepOptions = {
  momentum,
  nesterov: false,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  decay: 0,
  weightDecay: 0,
  clipNorm: Infinity,
  labelSmoothing: 0,
};

async function measure(name, rate, seed, until = epochs) {
  const { train, test, kernels } = loaded;
  const { network, initialization } = deepNetwork(name, train.source.columns);
  const { program, stages } = network;
  const start = network.initialize(createGenerator(seed));
  const zeros = () => new Float32Array(start.length);
  const open = (data, rows, parameters, moments) =>
    kernels.createNetworkRun({
      program,
      ...data,
      sampleWeights: null,
      batch: rows,
      parameters,
      moments,
      optimizer: "sgd",
      seed,
    });
  /** One pass over the test rows that moves nothing. */
  const look = async (parameters) => {
    const run = await open(test, testRows, parameters, []);
    const { right } = await run.steps(0, testRows, testRows, {
      ...stepOptions,
      learningRates: Float32Array.of(0),
      firstStep: 0,
    });
    const gradient = run.gradient();
    const hidden = stages.slice(0, -1);
    const norms = hidden
      .filter((stage) => stage.name === "dense")
      .map(({ start: from, end }) => {
        let square = 0;
        for (let i = from; i < end; i++) square += gradient[i] * gradient[i];
        return Math.sqrt(square) / testRows;
      });
    let dead = 0;
    for (let i = 1; i < hidden.length; i += 2) {
      const [x, y] = [run.block(hidden[i - 1].measured), run.block(hidden[i].measured)];
      const { slopes } = hidden[i];
      const slope = slopesOf(name, x, y, slopes && parameters.subarray(slopes.start, slopes.end));
      const isMoved = new Uint8Array(units);
      for (let at = 0, k = 0; at < testRows * units; at++, k = k + 1 === units ? 0 : k + 1)
        if (!isMoved[k] && slope(at, k) >= still) isMoved[k] = 1;
      dead += units - isMoved.reduce((sum, one) => sum + one, 0);
    }
    return { norms, deadShare: dead / (layers * units), accuracy: right / testRows };
  };
  const run = await open(train, batch, start, [zeros()]);
  const steps = Math.ceil(trainRows / batch);
  const first = await look(start);
  const found = { initialization, norms: first.norms, deadShares: [first.deadShare], losses: [] };
  let last = first;
  for (let epoch = 0; epoch < until; epoch++) {
    run.order.forEach((_, i) => (run.order[i] = i));
    shuffle(run.order, createGenerator(seed, epoch + 1));
    const { loss } = await run.steps(0, trainRows, batch, {
      ...stepOptions,
      learningRates: new Float32Array(steps).fill(rate),
      firstStep: epoch * steps,
    });
    found.losses.push(loss / trainRows);
    if (!Number.isFinite(loss)) break;
    last = await look(run.parameters());
    found.deadShares.push(last.deadShare);
  }
  const isWhole = found.losses.length === epochs && Number.isFinite(found.losses[epochs - 1]);
  return { ...found, isWhole, endNorms: last.norms, accuracy: last.accuracy };
}

/** The rate of the lowest training loss in the end, by the first seed; then all seeds with it. */
async function measureAll(name) {
  const tried = [];
  for (const rate of rates) tried.push({ rate, found: await measure(name, rate, seeds[0]) });
  const whole = tried.filter(({ found }) => found.isWhole);
  const { rate, found } = whole.toSorted(
    (a, b) => a.found.losses[epochs - 1] - b.found.losses[epochs - 1],
  )[0];
  const all = [found];
  for (const seed of seeds.slice(1)) all.push(await measure(name, rate, seed));
  const good = all.filter(({ isWhole }) => isWhole);
  const accuracies = all.map(({ accuracy }) => accuracy);
  process.stderr.write(
    `${name}: rate ${rate}, accuracy ${accuracies.map((each) => each.toFixed(3)).join(" ")}, loss by rate ${tried.map(({ found: { losses } }) => losses.at(-1).toFixed(3)).join(" ")}\n`,
  );
  return {
    name,
    initialization: found.initialization,
    learningRate: rate,
    ...figuresOf(good),
    accuracy: rounded(median(accuracies)),
    accuracyRange: [Math.min(...accuracies), Math.max(...accuracies)].map(rounded),
  };
}

/** Medians over the seeds. */
function figuresOf(all) {
  const list = (of) => medians(all.map(of)).map(rounded);
  return {
    gradientNorms: { start: list((each) => each.norms), end: list((each) => each.endNorms) },
    deadShares: list((each) => each.deadShares),
    losses: list((each) => each.losses),
  };
}

/** The first figures of some activations again: sentences on those that are others than the file's. */
async function check(names) {
  const { atlasMeasured } = await import("../packages/sigmax/dist/report/atlas-measured.js");
  const wrong = [];
  for (const name of names) {
    const stored = atlasMeasured.activations.find((each) => each.name === name);
    const all = [];
    for (const seed of seeds) all.push(await measure(name, stored.learningRate, seed, 2));
    const found = figuresOf(all);
    for (const [what, own, kept] of [
      ["gradient norms at the start", found.gradientNorms.start, stored.gradientNorms.start],
      ["dead shares", found.deadShares, stored.deadShares.slice(0, 3)],
      ["losses", found.losses, stored.losses.slice(0, 2)],
    ])
      if (JSON.stringify(own) !== JSON.stringify(kept))
        wrong.push(`${name}: ${what} are ${own.join(" ")}, in the file ${kept.join(" ")}`);
  }
  return wrong;
}

/** All activations, each measured by the next thread that is free. */
async function measureInThreads(names) {
  const found = [];
  const left = [...names.keys()];
  const serve = (worker) =>
    new Promise((resolve, reject) => {
      const next = () => {
        const i = left.shift();
        if (i === undefined) return resolve(worker.terminate());
        worker.once("message", (figures) => {
          found[i] = figures;
          next();
        });
        worker.postMessage(names[i]);
      };
      worker.on("error", reject);
      next();
    });
  const threads = Array.from(
    { length: availableParallelism() },
    () => new Worker(fileURLToPath(import.meta.url)),
  );
  await Promise.all(threads.map(serve));
  return found;
}

if (!isMainThread) parentPort.on("message", async (name) => parentPort.postMessage(await measureAll(name)));
else if (chosen !== undefined) {
  const wrong = await check(chosen.split(","));
  console.log(wrong.length === 0 ? `the figures of ${chosen} are those of the file` : wrong.join("\n"));
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  const file = {
    source: "fashion-mnist",
    trainRows,
    testRows,
    classes,
    layers,
    units,
    recipe: `SGD with momentum ${momentum} in batches of ${batch}, for each function the best of the learning rates ${rates.join(", ")} by the training loss of the first seed`,
    epochs,
    seeds,
    version,
    activations: await measureInThreads(activations.map(({ name }) => name)),
  };
  writeFileSync(
    target,
    `// Written by \`npm run measure:activations\`.\n/* oxlint-disable oxc/approx-constant -- losses near ln 10 are those of guessing */\nimport type { AtlasMeasured } from "./atlas-data.ts";\n\nexport const atlasMeasured: AtlasMeasured | null = ${JSON.stringify(file, null, 2)};\n`,
  );
  execFileSync("npx", ["oxfmt", target]);
}
