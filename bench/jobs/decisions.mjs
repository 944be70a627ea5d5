import path from "node:path";
import { printed } from "../harness/figures.mjs";
import { findPython, scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { writeScores } from "../scripts/decisions_task.mjs";

const sigmax = "sigmax, a million rows of scores";
const peer = "scikit-learn, SciPy, NumPy";

/** From scores to decisions: a million rows of ten logits, data in memory, one thread on either side. */
export const decisions = {
  name: "decisions",
  about: "calibration, label sets and decisions on 1,000,000 × 10 logits",
  prepare({ temporary }) {
    const file = path.join(temporary, "scores.f64");
    writeScores(file);
    const python = findPython("sklearn");
    const threads = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
    const seconds = (job, key, required) => ({
      job,
      unit: "s",
      ours: printed(sigmax, (out) => out[key]),
      peer: printed(peer, (out) => out[key]),
      ...(required && { required }),
    });
    return {
      contestants: [
        { name: sigmax, ...sigmaxScript("sigmax_decisions.mjs", file) },
        python === null
          ? { name: peer, missing: "no Python with sklearn was found (Debian: python3-sklearn)" }
          : {
              name: peer,
              command: [python, scriptPath("python_decisions.py"), file],
              env: { ...process.env, ...threads },
            },
      ],
      questions: [
        seconds("calibration error of the top label; calibration_curve", "ece"),
        seconds("isotonic fit; IsotonicRegression", "isotonic"),
        seconds("LAC fit and sets; NumPy (no ties broken, no checks)", "lac"),
        seconds("temperature fit; SciPy, bounded search", "temperature"),
        {
          job: "decide, ten costs and refer, with label sets",
          unit: "rows/s",
          ours: printed(sigmax, (out) => out.decisionsPerSecond),
          higherIsBetter: true,
          required: { what: "median", atLeast: 500_000 },
        },
        {
          job: "calibrator chosen and fitted, applied; sets fitted and given",
          unit: "s",
          ours: printed(sigmax, (out) => out.whole),
          required: { what: "median", atMost: 10 },
        },
      ],
    };
  },
};
