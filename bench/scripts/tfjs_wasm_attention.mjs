/**
 * Attention in TensorFlow.js, wasm backend, as its users write it; its result is not read back while the clock runs.
 * Prints one JSON object. One thread: in Node the backend has no more.
 */
import path from "node:path";
import { largestError, makeTensors, medianMilliseconds, shape } from "./attention_task.mjs";
import { requirePeer } from "./peer_modules.mjs";

const tf = requirePeer("@tensorflow/tfjs");
const { setWasmPaths } = requirePeer("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${path.dirname(requirePeer.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();
if (tf.getBackend() !== "wasm") throw new Error(`tfjs runs on its ${tf.getBackend()} backend, not on wasm`);

const { batch, heads, length, width } = shape;
const tensors = makeTensors(shape);
const [query, key, value] = ["query", "key", "value"].map((name) =>
  tf.tensor4d(tensors[name], [batch, heads, length, width]),
);
const attend = () =>
  tf.tidy(() => tf.matMul(tf.softmax(tf.matMul(query, key, false, true).mul(1 / Math.sqrt(width))), value));
let output = attend();
const forward = await medianMilliseconds(
  () => {
    output.dispose();
    output = attend();
  },
  { warmUp: 0, repeats: 3 },
);
process.stdout.write(`${JSON.stringify({ forward, error: largestError(tensors, output.dataSync()) })}\n`);
