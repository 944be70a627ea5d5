import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { shapes } from "../scripts/softmax_task.mjs";
import { npmPeerVersion } from "../setup.mjs";

const sigmax = "sigmax";
const sigmaxInside = "sigmax, rows in the kernels' memory";
const ortWeb = "onnxruntime-web";
const ortWebTwo = "onnxruntime-web, 2 threads";

const complaint = ({ results }) =>
  results.every(({ relativeError }) => relativeError < 1e-3) ? undefined : "its probabilities are wrong";

function peer(name, threads) {
  return npmPeerVersion("onnxruntime-web") === null
    ? { name, missing: "it is not installed (node bench/setup.mjs)" }
    : { name, command: [process.execPath, scriptPath("ort_web_softmax.mjs"), String(threads)], complaint };
}

/** Row softmax of float32 logits in ±10, in and out of ordinary typed arrays; error against float64. */
export const softmax = {
  name: "softmax",
  about: "row softmax, 4096×1000 and 128×128256: time and largest relative error",
  prepare: () => ({
    contestants: [
      { name: sigmax, ...sigmaxScript("sigmax_softmax.mjs"), complaint },
      { name: sigmaxInside, ...sigmaxScript("sigmax_softmax.mjs", "inside"), complaint },
      peer(ortWeb, 1),
      peer(ortWebTwo, 2),
    ],
    questions: shapes.flatMap(({ rows, columns }, i) => {
      const milliseconds = (name) => printed(name, ({ results }) => results[i].milliseconds);
      const relativeError = (name) => printed(name, ({ results }) => results[i].relativeError);
      const job = `softmax ${rows}×${columns}`;
      return [
        {
          job: `${job}, rows in the kernels' memory, 1 thread`,
          unit: "ms",
          ours: milliseconds(sigmaxInside),
          peer: milliseconds(ortWeb),
          ...(i === 0 ? { required: { what: "ratio", atLeast: 2.4 } } : {}),
        },
        {
          job: `${job}, copied in and out, 1 thread`,
          unit: "ms",
          ours: milliseconds(sigmax),
          peer: milliseconds(ortWeb),
        },
        {
          job: `${job}, ours on 1 thread`,
          unit: "ms",
          ours: milliseconds(sigmax),
          peer: milliseconds(ortWebTwo),
        },
        {
          job: `${job}, relative error`,
          unit: "",
          ours: relativeError(sigmax),
          peer: relativeError(ortWeb),
          required: { what: "worst", atMost: 2e-6 },
        },
      ];
    }),
  }),
};
