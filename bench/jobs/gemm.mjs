import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { npmPeerVersion } from "../setup.mjs";

const one = "sigmax product, 1 thread";
const two = "sigmax product, 2 threads";
const tfjs = "tfjs wasm product";
const gflops = (name) => printed(name, (output) => output.gflops);

/** A product of two float32 matrices of side 1024. */
export const gemm = {
  name: "gemm",
  about: "a matrix product of side 1024: GFLOP/s on one thread and on two",
  prepare: () => ({
    contestants: [
      { name: one, ...sigmaxScript("sigmax_gemm.mjs", "1") },
      { name: two, ...sigmaxScript("sigmax_gemm.mjs", "2") },
      npmPeerVersion("@tensorflow/tfjs") === null
        ? { name: tfjs, missing: "it is not installed (node bench/setup.mjs)" }
        : { name: tfjs, command: [process.execPath, scriptPath("tfjs_gemm.mjs")] },
    ],
    questions: [
      {
        job: "matrix product 1024³, 1 thread",
        unit: "GFLOP/s",
        ours: gflops(one),
        peer: gflops(tfjs),
        higherIsBetter: true,
        required: { what: "median", atLeast: 28 },
      },
      {
        job: "matrix product 1024³, 2 threads beside 1",
        unit: "GFLOP/s",
        ours: gflops(two),
        peer: gflops(one),
        higherIsBetter: true,
        required: { what: "ratio", atLeast: 1.8 },
      },
      {
        job: "128-bit multiply and add, measured beside it: the limit of one thread",
        unit: "GFLOP/s",
        ours: printed(one, (output) => output.limit),
      },
      {
        job: "matrix product, share of that limit, 1 thread",
        unit: "",
        ours: printed(one, (output) => output.share),
      },
    ],
  }),
};
