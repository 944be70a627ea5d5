// Measures every activation in a deep plain network on Fashion-MNIST, and writes what the atlas shows:
// packages/sigmax/src/report/atlas-measured.ts. `npm run measure:activations` takes some minutes; the figures are the same
// on every machine. `--check` measures the first activation only and compares it with the file.
import { activations } from "@sigmax/core/functions";
import { createKernels } from "@sigmax/core/kernels";
import { createNetwork, namedActivation, softmaxHead } from "@sigmax/core/model";
import { createGenerator, shuffle } from "@sigmax/core/random";
import { readFileSync, writeFileSync } from "node:fs";
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
const target = new URL("../packages/sigmax/src/report/atlas-measured.ts", import.meta.url);

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

/** How one unit's derivative is found from what goes in and what comes out: the elementwise functions and the simplex. */
function slopeOf(name) {
  const { activation: unit } = activations.find((each) => each.name === name);
  if (unit && "derivative" in unit) return (x) => unit.derivative(x, unit.parameter?.start ?? 0);
  if (name === "softmax") return (_, y) => y * (1 - y);
  if (name === "sparsemax") return (_, y) => (y > 0 ? 1 : 0);
  return () => 1; // of maxout's pieces one always hands the gradient on
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

async function measure(name, rate, seed, train, test, kernels) {
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
    const slope = slopeOf(name);
    let dead = 0;
    for (let i = 1; i < hidden.length; i += 2) {
      const [x, y] = [run.block(hidden[i - 1].measured), run.block(hidden[i].measured)];
      const isMoved = new Uint8Array(units);
      const isSame = x.length === y.length;
      for (let at = 0, k = 0; at < testRows * units; at++, k = k + 1 === units ? 0 : k + 1)
        if (!isMoved[k] && Math.abs(slope(isSame ? x[at] : 0, y[at])) >= still) isMoved[k] = 1;
      dead += units - isMoved.reduce((sum, one) => sum + one, 0);
    }
    return { norms, deadShare: dead / (layers * units), accuracy: right / testRows };
  };
  const run = await open(train, batch, start, [zeros()]);
  const steps = Math.ceil(trainRows / batch);
  const first = await look(start);
  const found = { initialization, norms: first.norms, deadShares: [first.deadShare], losses: [] };
  let last = first;
  for (let epoch = 0; epoch < epochs; epoch++) {
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
async function measureAll(name, train, test, kernels) {
  const tried = [];
  for (const rate of rates)
    tried.push({ rate, found: await measure(name, rate, seeds[0], train, test, kernels) });
  const whole = tried.filter(({ found }) => found.isWhole);
  const { rate, found } = whole.toSorted(
    (a, b) => a.found.losses[epochs - 1] - b.found.losses[epochs - 1],
  )[0];
  const all = [found];
  for (const seed of seeds.slice(1)) all.push(await measure(name, rate, seed, train, test, kernels));
  const good = all.filter(({ isWhole }) => isWhole);
  process.stderr.write(
    `${name}: rate ${rate}, accuracy ${all.map(({ accuracy }) => accuracy.toFixed(3)).join(" ")}\n`,
  );
  const list = (of) => medians(good.map(of)).map(rounded);
  return {
    name,
    initialization: found.initialization,
    learningRate: rate,
    gradientNorms: { start: list((each) => each.norms), end: list((each) => each.endNorms) },
    deadShares: list((each) => each.deadShares),
    losses: list((each) => each.losses),
    accuracy: rounded(median(all.map(({ accuracy }) => accuracy))),
  };
}

const [train, test] = [readRows("train", trainRows), readRows("t10k", testRows)];
const kernels = createKernels();
const { version } = JSON.parse(
  readFileSync(new URL("../packages/core/package.json", import.meta.url), "utf8"),
);
const isCheck = process.argv.includes("--check");
const names = activations.map(({ name }) => name);
const measured = [];
for (const name of isCheck ? ["relu"] : names) measured.push(await measureAll(name, train, test, kernels));
if (isCheck) {
  const { atlasMeasured } = await import("../packages/sigmax/dist/report/atlas-measured.js");
  const stored = atlasMeasured.activations.find(({ name }) => name === "relu");
  const isSame = JSON.stringify(stored) === JSON.stringify(measured[0]);
  process.stdout.write(
    isSame
      ? "the figures of relu are those of the file\n"
      : "the figures of relu are others than those of the file\n",
  );
  process.exitCode = isSame ? 0 : 1;
} else {
  const file = {
    source: "fashion-mnist",
    trainRows,
    testRows,
    layers,
    units,
    recipe: `SGD with momentum ${momentum}, batches of ${batch}, for each function the best of the learning rates ${rates.join(", ")} by training loss`,
    epochs,
    seeds,
    version,
    activations: measured,
  };
  writeFileSync(
    target,
    `// Written by \`npm run measure:activations\`.\n/* oxlint-disable oxc/approx-constant -- losses near ln 10 are those of guessing */\nimport type { AtlasMeasured } from "./atlas-data.ts";\n\nexport const atlasMeasured: AtlasMeasured | null = ${JSON.stringify(file, null, 2)};\n`,
  );
}
