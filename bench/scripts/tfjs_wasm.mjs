/**
 * Softmax regression on Fashion-MNIST in TensorFlow.js, wasm backend, as its users write it: a dense layer and `fit()`.
 * Settings as in softmax_regression.py. `node tfjs_wasm.mjs [epochs]` prints one JSON object.
 *
 * SIMD is on; the backend has one thread in Node (it builds its workers from blob URLs, which Node refuses).
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { requirePeer } from "./peer_modules.mjs";

const tf = requirePeer("@tensorflow/tfjs");
const { setWasmPaths } = requirePeer("@tensorflow/tfjs-backend-wasm");
const batchSize = 256;
const learningRate = 0.1;
const classCount = 10;
const seed = 7;
const epochs = Number(process.argv[2] ?? 3);
const folder = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist";

/** The bytes after the header of one gzipped IDX file. */
function readIdx(name) {
  const content = gunzipSync(readFileSync(path.join(folder, `${name}.gz`)));
  return content.subarray(4 + 4 * content[3]);
}

function load(split) {
  const labels = readIdx(`${split}-labels-idx1-ubyte`);
  const bytes = readIdx(`${split}-images-idx3-ubyte`);
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i] / 255;
  return {
    x: tf.tensor2d(pixels, [labels.length, bytes.length / labels.length]),
    y: tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), classCount).toFloat(),
  };
}

setWasmPaths(`${path.dirname(requirePeer.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();
if (tf.getBackend() !== "wasm") throw new Error(`tfjs runs on its ${tf.getBackend()} backend, not on wasm`);

const train = load("train");
const test = load("t10k");
const model = tf.sequential();
model.add(
  tf.layers.dense({
    inputShape: [train.x.shape[1]],
    units: classCount,
    activation: "softmax",
    kernelInitializer: tf.initializers.randomNormal({ mean: 0, stddev: 0.01, seed }),
    biasInitializer: "zeros",
  }),
);
model.compile({ optimizer: tf.train.sgd(learningRate), loss: "categoricalCrossentropy" });

const epochSeconds = [];
let begun = 0;
let trainLoss = NaN;
await model.fit(train.x, train.y, {
  batchSize,
  epochs,
  shuffle: true,
  verbose: 0,
  yieldEvery: "epoch",
  callbacks: {
    onEpochBegin: () => {
      begun = performance.now();
    },
    onEpochEnd: (_epoch, { loss }) => {
      epochSeconds.push((performance.now() - begun) / 1000);
      trainLoss = loss; // the mean over the last epoch's batches, unlike the torch scripts' loss after it
    },
  },
});
const hits = model.predict(test.x).argMax(1).equal(test.y.argMax(1)).toFloat();
const [accuracy] = await hits.mean().data();
process.stdout.write(`${JSON.stringify({ epochSeconds, trainLoss, accuracy })}\n`);
