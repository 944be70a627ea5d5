/**
 * Softmax regression on Fashion-MNIST in TensorFlow.js, wasm backend, as its users write it: a dense layer and `fit()`;
 * with a number of hidden units a ReLU network. Settings as in softmax_regression.py.
 * `node tfjs_wasm.mjs [epochs] [hidden units]` prints one JSON object.
 *
 * SIMD is on; the backend has one thread in Node (it builds its workers from blob URLs, which Node refuses).
 */
import path from "node:path";
import { fashionArrays } from "./fashion_arrays.mjs";
import { requirePeer } from "./peer_modules.mjs";

const tf = requirePeer("@tensorflow/tfjs");
const { setWasmPaths } = requirePeer("@tensorflow/tfjs-backend-wasm");
const batchSize = 256;
const learningRate = 0.1;
const classCount = 10;
const seed = 7;
const epochs = Number(process.argv[2] ?? 3);
const hidden = Number(process.argv[3] ?? 0);

function load(split) {
  const { pixels, labels } = fashionArrays(split);
  return {
    x: tf.tensor2d(pixels, [labels.length, pixels.length / labels.length]),
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
const inputShape = [train.x.shape[1]];
if (hidden > 0)
  model.add(
    tf.layers.dense({ inputShape, units: hidden, activation: "relu", kernelInitializer: "heNormal" }),
  );
model.add(
  tf.layers.dense({
    ...(hidden === 0 && { inputShape }),
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
