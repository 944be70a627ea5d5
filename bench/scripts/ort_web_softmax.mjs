/**
 * Row softmax in onnxruntime-web: its wasm build, in Node. `node ort_web_softmax.mjs [threads]` prints one JSON object.
 *
 * `session.run` copies the logits in and a new array of probabilities out: that is how its users get them. (It takes an
 * output tensor to fill, but in version 1.30 on the wasm backend that one stays empty.)
 */
import { model, node } from "./onnx.mjs";
import { requirePeer } from "./peer_modules.mjs";
import { measureSoftmax } from "./softmax_task.mjs";

const ort = requirePeer("onnxruntime-web");
ort.env.wasm.numThreads = Number(process.argv[2] ?? 1);

/** One Softmax over the last axis (the default since opset 13). */
function softmaxModel({ rows, columns }) {
  const shape = [rows, columns];
  return model([node("Softmax", ["logits"], "probabilities")], { logits: shape }, { probabilities: shape });
}

await measureSoftmax(async (shape, logits) => {
  const session = await ort.InferenceSession.create(softmaxModel(shape), { executionProviders: ["wasm"] });
  const feeds = { logits: new ort.Tensor("float32", logits, [shape.rows, shape.columns]) };
  let outputs;
  return {
    run: async () => {
      outputs = await session.run(feeds);
    },
    probabilities: () => outputs.probabilities.data,
  };
});
process.exit(0); // its worker threads would keep the process alive
