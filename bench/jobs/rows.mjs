import { printed } from "../harness/figures.mjs";
import { findPython, scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";

const sigmax = "sigmax";
const peers = { numpy: "NumPy", torch: "PyTorch", sklearn: "scikit-learn" };

/** Probabilities of one row, and of 10,000, from a ready model of 784 columns and 10 classes. */
export const rows = {
  name: "rows",
  about: "probabilities of one row of 784 numbers, and of 10,000 rows",
  prepare() {
    const figure = (name, key) => printed(name, (output) => output[key]);
    return {
      contestants: [
        { name: sigmax, ...sigmaxScript("sigmax_rows.mjs") },
        ...Object.entries(peers).map(([module, name]) => {
          const python = findPython(module);
          return python === null
            ? { name, missing: `no Python with ${module} was found` }
            : {
                name,
                command: [python, scriptPath("python_rows.py"), module],
                env: { ...process.env, OPENBLAS_NUM_THREADS: "1" },
              };
        }),
      ],
      questions: [
        {
          job: "one row 784→10, float32, p50",
          unit: "µs",
          ours: figure(sigmax, "rowMicroseconds"),
          peer: figure(peers.numpy, "rowMicroseconds"),
          required: { what: "median", atMost: 2.5 },
        },
        {
          job: "one row 784→10, uint8, p50",
          unit: "µs",
          ours: figure(sigmax, "byteRowMicroseconds"),
          peer: figure(peers.torch, "rowMicroseconds"),
          required: { what: "median", atMost: 2.5 },
        },
        {
          job: "10,000 rows × 784, float32",
          unit: "ms",
          ours: figure(sigmax, "milliseconds"),
          peer: figure(peers.sklearn, "milliseconds"),
          required: { what: "ratio", atLeast: 1 },
        },
      ],
    };
  },
};
