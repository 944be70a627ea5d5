/**
 * Row softmax in onnxruntime-web: its wasm build, in Node. `node ort_web_softmax.mjs [threads]` prints one JSON object.
 *
 * `session.run` copies the logits in and a new array of probabilities out: that is how its users get them. (It takes an
 * output tensor to fill, but in version 1.30 on the wasm backend that one stays empty.)
 */
import { requirePeer } from "./peer_modules.mjs";
import { measureSoftmax } from "./softmax_task.mjs";

const ort = requirePeer("onnxruntime-web");
ort.env.wasm.numThreads = Number(process.argv[2] ?? 1);

/** The smallest ONNX model with one Softmax over the last axis (the default since opset 13), in protobuf's encoding. */
function softmaxModel({ rows, columns }) {
  const varint = (n) => (n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))]);
  const integer = (field, n) => [...varint(field * 8), ...varint(n)];
  const message = (field, ...parts) => {
    const content = parts.flat();
    return [...varint(field * 8 + 2), ...varint(content.length), ...content];
  };
  const text = (field, string) => message(field, [...new TextEncoder().encode(string)]);

  const irVersion = integer(1, 8);
  const opset = message(8, integer(2, 17));
  const float = integer(1, 1);
  const shape = message(2, message(1, integer(1, rows)), message(1, integer(1, columns)));
  const tensor = (field, name) => message(field, text(1, name), message(2, message(1, float, shape)));
  const node = message(1, text(1, "logits"), text(2, "probabilities"), text(4, "Softmax"));
  const graph = message(7, node, text(2, "softmax"), tensor(11, "logits"), tensor(12, "probabilities"));
  return Uint8Array.from([...irVersion, ...graph, ...opset]);
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
