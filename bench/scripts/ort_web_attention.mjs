/**
 * Attention in onnxruntime-web: its wasm build, in Node, as the plain expression softmax(QKᵀ/8)V.
 * `node ort_web_attention.mjs [threads]` prints one JSON object. `session.run` copies tensors in and out.
 */
import { largestError, makeTensors, medianMilliseconds, shape } from "./attention_task.mjs";
import { constant, model, node } from "./onnx.mjs";
import { requirePeer } from "./peer_modules.mjs";

const ort = requirePeer("onnxruntime-web");
ort.env.wasm.numThreads = Number(process.argv[2] ?? 1);
const { batch, heads, length, width } = shape;
const dimensions = [batch, heads, length, width];
const expression = model(
  [
    node("Transpose", ["key"], "keyT", { perm: [0, 1, 3, 2] }),
    node("MatMul", ["query", "keyT"], "products"),
    node("Mul", ["products", "scale"], "scores"),
    node("Softmax", ["scores"], "weights"),
    node("MatMul", ["weights", "value"], "output"),
  ],
  { query: dimensions, key: dimensions, value: dimensions },
  { output: dimensions },
  [constant("scale", 1 / Math.sqrt(width))],
);
const session = await ort.InferenceSession.create(expression, { executionProviders: ["wasm"] });
const tensors = makeTensors(shape);
const feeds = Object.fromEntries(
  Object.entries(tensors).map(([name, values]) => [name, new ort.Tensor("float32", values, dimensions)]),
);
let outputs;
const forward = await medianMilliseconds(async () => {
  outputs = await session.run(feeds);
});
process.stdout.write(`${JSON.stringify({ forward, error: largestError(tensors, outputs.output.data) })}\n`);
process.exit(0); // its worker threads would keep the process alive
