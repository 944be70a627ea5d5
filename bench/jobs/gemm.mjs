import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { npmPeerVersion } from "../setup.mjs";

const sigmax = "sigmax product";
const tfjs = "tfjs wasm product";
const ours = (field) => printed(sigmax, (output) => output[field]);

/** A product of two float32 matrices of side 1024. */
export const gemm = {
  name: "gemm",
  about: "a matrix product of side 1024: GFLOP/s on one thread and on two",
  prepare: () => ({
    contestants: [
      { name: sigmax, ...sigmaxScript("sigmax_gemm.mjs") },
      npmPeerVersion("@tensorflow/tfjs") === null
        ? { name: tfjs, missing: "it is not installed (node bench/setup.mjs)" }
        : { name: tfjs, command: [process.execPath, scriptPath("tfjs_gemm.mjs")] },
    ],
    questions: [
      {
        job: "matrix product 1024³, 1 thread",
        unit: "GFLOP/s",
        ours: ours("one"),
        peer: printed(tfjs, (output) => output.gflops),
        higherIsBetter: true,
        required: { what: "median", atLeast: 28 },
      },
      {
        job: "matrix product 1024³, 2 threads",
        unit: "GFLOP/s",
        ours: ours("two"),
      },
      {
        job: "matrix product 1024³, 2 threads beside 1, in turn",
        unit: "×",
        ours: ours("gain"),
        required: { what: "median", atLeast: 1.8 },
      },
      {
        job: "128-bit multiply and add, measured in turn with it: the limit of one thread",
        unit: "GFLOP/s",
        ours: ours("limit"),
      },
      {
        job: "matrix product, share of that limit, 1 thread",
        unit: "",
        ours: ours("share"),
      },
    ],
  }),
};
