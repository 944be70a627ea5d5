/** The same product in TensorFlow.js, wasm backend. */
import path from "node:path";
import { requirePeer } from "./peer_modules.mjs";

const tf = requirePeer("@tensorflow/tfjs");
const { setWasmPaths } = requirePeer("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${path.dirname(requirePeer.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();
const side = 1024;
const matrix = (modulus, less) =>
  tf.tensor2d(
    Float32Array.from({ length: side * side }, (_, i) => (i % modulus) - less),
    [side, side],
  );
const [a, b] = [matrix(11, 5), matrix(7, 3)];
const milliseconds = [];
for (let i = 0; i < 9; i++) {
  const begun = performance.now();
  const c = tf.matMul(a, b);
  milliseconds.push(performance.now() - begun); // the wasm backend has computed it by then
  c.dispose();
}
const median = milliseconds.toSorted((x, y) => x - y)[milliseconds.length >> 1];
process.stdout.write(`${JSON.stringify({ gflops: (2 * side ** 3) / median / 1e6 })}\n`);
