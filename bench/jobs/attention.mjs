import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { shape } from "../scripts/attention_task.mjs";
import { npmPeerVersion } from "../setup.mjs";

const sigmax = (threads) => `sigmax, ${threads} thread${threads === 1 ? "" : "s"}`;
const ortWeb = (threads) => `onnxruntime-web, ${threads} thread${threads === 1 ? "" : "s"}`;
const tfjs = "tfjs wasm, 1 thread";

const complaint = ({ error }) => (error < 1e-4 ? undefined : "its output is wrong");

function peer(name, module, script, ...args) {
  return npmPeerVersion(module) === null
    ? { name, missing: "it is not installed (node bench/setup.mjs)" }
    : { name, command: [process.execPath, scriptPath(script), ...args], complaint };
}

const read = (name, key) => printed(name, (out) => out[key]);

/** softmax(QKᵀ/√d)V of float32 tensors in ±2; the error of some rows against float64. */
export const attention = {
  name: "attention",
  about: "attention, 8 × 8 heads × 512 × 64: forward, backward, memory, share of the arithmetic limit",
  prepare: () => {
    const job = `attention ${shape.batch}×${shape.heads}×${shape.length}×${shape.width}`;
    const [one, two] = [sigmax(1), sigmax(2)];
    const line = (what, threads, key, other, atLeast) => ({
      job: `${job}, ${what}`,
      unit: "ms",
      ours: read(sigmax(threads), key),
      peer: read(other, "forward"),
      required: { what: "ratio", atLeast },
    });
    return {
      contestants: [
        { name: one, ...sigmaxScript("sigmax_attention.mjs", "1"), complaint },
        peer(ortWeb(1), "onnxruntime-web", "ort_web_attention.mjs", "1"),
        { name: two, ...sigmaxScript("sigmax_attention.mjs", "2"), complaint },
        peer(ortWeb(2), "onnxruntime-web", "ort_web_attention.mjs", "2"),
        peer(tfjs, "@tensorflow/tfjs-backend-wasm", "tfjs_wasm_attention.mjs"),
      ],
      questions: [
        line("in the kernels' memory, 1 thread", 1, "forward", ortWeb(1), 1.6),
        line("copied in and out, 1 thread", 1, "copied", ortWeb(1), 1.6),
        line("in the kernels' memory, 2 threads", 2, "forward", ortWeb(2), 1.6),
        line("in the kernels' memory", 1, "forward", tfjs, 15),
        {
          job: `${job}, forward and backward over forward, 1 thread`,
          unit: "×",
          ours: printed(one, (out) => (out.forward + out.backward) / out.forward),
          required: { what: "median", atMost: 3.5 },
        },
        {
          job: `${job}, 1 thread, beside what multiply and add can do`,
          unit: "GFLOP/s",
          ours: read(one, "gigaflops"),
          peer: { ...read(one, "limit"), name: "arithmetic limit, 128 bits" },
          higherIsBetter: true,
        },
        {
          job: "attention 1×1×16384×64, memory over that of 8192, gradients included",
          unit: "×",
          ours: printed(one, (out) => out.megabytes[16_384] / out.megabytes[8192]),
          required: { what: "worst", atMost: 2.02 },
        },
        {
          job: `${job}, error over the largest value`,
          unit: "",
          ours: read(one, "error"),
          peer: read(ortWeb(1), "error"),
          required: { what: "worst", atMost: 1e-5 },
        },
      ],
    };
  },
};
