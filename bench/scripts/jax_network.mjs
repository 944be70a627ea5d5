/**
 * A network 784-256-10 with ReLU on Fashion-MNIST in jax-js on its wasm device, as its users write it: a loss, its gradient
 * by `valueAndGrad`, compiled by `jit`. Batch 256, SGD 0.1. `node jax_network.mjs [epochs]` prints one JSON object.
 */
import { fashionArrays } from "./fashion_arrays.mjs";
import { requirePeer } from "./peer_modules.mjs";

const { init, defaultDevice, numpy: np, nn, jit, valueAndGrad } = requirePeer("@jax-js/jax");
const [batch, rate, hidden, classes] = [256, 0.1, 256, 10];
const epochs = Number(process.argv[2] ?? 3);

if (!(await init("wasm")).includes("wasm")) throw new Error("jax-js has no wasm device here");
defaultDevice("wasm");

const train = fashionArrays("train");
const test = fashionArrays("t10k");
const rows = train.labels.length;
const columns = train.pixels.length / rows;

/** Normal enough: the sum of twelve uniform numbers, times a deviation. */
function normals(count, deviation) {
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += Math.random();
    return sum * deviation;
  });
}
const matrix = (values, height, width) => np.array(values).reshape([height, width]);
let parameters = {
  w1: matrix(normals(columns * hidden, Math.sqrt(2 / columns)), columns, hidden),
  b1: np.zeros([hidden]),
  w2: matrix(normals(hidden * classes, 0.01), hidden, classes),
  b2: np.zeros([classes]),
};

const logits = ({ w1, b1, w2, b2 }, x) => np.dot(nn.relu(np.dot(x, w1).add(b1)), w2).add(b2);
const loss = (weights, x, y) =>
  nn
    .logSoftmax(logits(weights, x))
    .mul(y)
    .sum()
    .mul(-1 / batch);
const step = jit((weights, x, y) => {
  const held = Object.fromEntries(Object.entries(weights).map(([name, array]) => [name, array.ref]));
  const [value, gradient] = valueAndGrad(loss)(held, x, y);
  value.dispose();
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => [name, array.sub(gradient[name].mul(rate))]),
  );
});

const x = new Float32Array(batch * columns);
const y = new Float32Array(batch * classes);
const order = Uint32Array.from({ length: rows }, (_, row) => row);
const epochSeconds = [];
for (let epoch = 0; epoch < epochs; epoch++) {
  const begun = performance.now();
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  // Whole batches: another shape would be compiled anew.
  for (let start = 0; start + batch <= rows; start += batch) {
    y.fill(0);
    for (let i = 0; i < batch; i++) {
      const row = order[start + i];
      x.set(train.pixels.subarray(row * columns, (row + 1) * columns), i * columns);
      y[i * classes + train.labels[row]] = 1;
    }
    parameters = step(parameters, matrix(x.slice(), batch, columns), matrix(y.slice(), batch, classes));
    await parameters.w1.blockUntilReady?.();
  }
  epochSeconds.push((performance.now() - begun) / 1000);
}
const found = await logits(parameters, matrix(test.pixels, test.labels.length, columns)).data();
let right = 0;
test.labels.forEach((label, row) => {
  let top = 0;
  for (let k = 1; k < classes; k++) if (found[row * classes + k] > found[row * classes + top]) top = k;
  if (top === label) right++;
});
process.stdout.write(`${JSON.stringify({ epochSeconds, accuracy: right / test.labels.length })}\n`);
process.exit(0); // its workers would go on
