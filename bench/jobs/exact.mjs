import path from "node:path";
import { printed } from "../harness/figures.mjs";
import { findPython, scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { drawTrace } from "../scripts/draw_trace.mjs";
import { writeMillion } from "../scripts/exact_task.mjs";

const names = {
  fashion: "sigmax, Fashion-MNIST",
  small: "sigmax, small tables",
  million: "sigmax, a million rows",
  correlated: "sigmax, 50,000 × 500",
};
const peers = {
  fashion: "scikit-learn L-BFGS, 1 thread",
  small: "scikit-learn L-BFGS",
  million: "scikit-learn L-BFGS, a million rows",
  millionTwo: "scikit-learn L-BFGS, a million rows, 2 threads",
};
const certified = ({ status }) =>
  status === undefined || status === "certified" ? undefined : `its status was ${status}`;

/**
 * True optima with their certificates, all beside scikit-learn's L-BFGS on float64. On Fashion-MNIST that takes minutes,
 * so it runs once however many rounds there are, and every round is compared with that one run.
 */
export const exact = {
  name: "exact",
  about: "true optima: Fashion-MNIST, small tables, a million rows, beside scikit-learn",
  prepare: async ({ temporary, tuneTorch }) => {
    const file = path.join(temporary, "million.f64");
    writeMillion(file);
    const python = findPython("sklearn");
    const tuned = await tuneTorch();
    const sklearn = (name, args, more = {}) =>
      python === null
        ? { name, missing: "no Python with sklearn was found (Debian: python3-sklearn)" }
        : {
            name,
            command: [python, scriptPath("sklearn_exact.py"), ...args],
            env: tuned?.environments[1] ?? process.env,
            ...more,
          };
    const ours = (what, ...args) => ({
      name: names[what],
      ...sigmaxScript("sigmax_exact.mjs", what, ...args),
      complaint: certified,
    });
    const output = (name, read) => printed(name, read);
    const smallTable = (title, key) => [
      ...["default", "tight"].map((tolerance) => ({
        job: `${title} certified to 1e-8; scikit-learn tol ${tolerance === "tight" ? "1e-10" : "1e-4"}`,
        unit: "ms",
        ours: output(names.small, (out) => out[key].milliseconds),
        peer: output(peers.small, (out) => out[key][tolerance].milliseconds),
        required: { what: "ratio", atLeast: 1 },
      })),
      {
        job: `${title}, the first fit of a process`,
        unit: "ms",
        ours: output(names.small, (out) => out[key].first),
        peer: output(peers.small, (out) => out[key].default.first),
      },
    ];
    return {
      contestants: [
        ours("fashion"),
        sklearn(peers.fashion, ["fashion", "--threads", "1"], { once: true, limitSeconds: 3600 }),
        ours("small"),
        sklearn(peers.small, ["small"]),
        ours("million", file),
        sklearn(peers.million, ["million", file]),
        sklearn(peers.millionTwo, ["million", file, "--threads", "2"]),
        ours("correlated"),
      ],
      finish: ({ rounds: [round] }) => {
        if (round?.[names.fashion] && round[peers.fashion])
          drawTrace(round[names.fashion].output.trace, round[peers.fashion].output.trace);
      },
      questions: [
        {
          job: "Fashion-MNIST, C = 1, f − f* ≤ 1e-6 f*; scikit-learn to its end",
          unit: "s",
          ours: output(names.fashion, (out) => out.seconds),
          peer: output(peers.fashion, (out) => out.seconds),
          required: { what: "ratio", atLeast: 20 },
        },
        {
          job: "Fashion-MNIST, certified to 1e-6",
          unit: "s",
          ours: output(names.fashion, (out) => out.certifiedSeconds),
          peer: output(peers.fashion, (out) => out.seconds),
          required: { what: "ratio", atLeast: 15 },
        },
        {
          job: "Fashion-MNIST, passes to 1e-6; scikit-learn's to its end",
          unit: "passes",
          ours: output(names.fashion, (out) => out.passes),
          peer: output(peers.fashion, (out) => out.passes),
          sideBySide: true,
        },
        {
          job: "Fashion-MNIST, passes to the certificate",
          unit: "passes",
          ours: output(names.fashion, (out) => out.certifiedPasses),
        },
        {
          job: "Fashion-MNIST, (f − f*)/f* in float64 at the end",
          unit: "",
          ours: output(names.fashion, (out) => out.trueGap),
          peer: output(peers.fashion, (out) => out.objective / 20993.568344 - 1),
          sideBySide: true,
        },
        {
          job: "Fashion-MNIST, the certificate (f − f*)/f ≤",
          unit: "",
          ours: output(names.fashion, (out) => out.gap),
          required: { what: "worst", atMost: 1e-6 },
        },
        ...smallTable("digits", "digits"),
        ...smallTable("breast-cancer", "cancer"),
        ...[peers.million, peers.millionTwo].flatMap((peer) => [
          {
            job: "1,000,000 × 30, binary, C = 1: the fit, median of 3",
            unit: "s",
            ours: output(names.million, (out) => out.seconds),
            peer: output(peer, (out) => out.seconds),
          },
          {
            job: "1,000,000 × 30, the first fit of a process",
            unit: "s",
            ours: output(names.million, (out) => out.first),
            peer: output(peer, (out) => out.first),
            ...(peer === peers.million ? { required: { what: "ratio", atLeast: 3 } } : {}),
          },
        ]),
        {
          job: "1,000,000 × 30: reading float64 from a file",
          unit: "s",
          ours: output(names.million, (out) => out.reading),
          peer: output(peers.million, (out) => out.reading),
        },
        {
          job: "50,000 × 500 correlated, 8 classes: to 1e-6",
          unit: "s",
          ours: output(names.correlated, (out) => out.seconds),
        },
        {
          job: "50,000 × 500 correlated, 8 classes: passes to 1e-6",
          unit: "passes",
          ours: output(names.correlated, (out) => out.passes),
          required: { what: "worst", atMost: 66 },
        },
        {
          job: "50,000 × 500 correlated, 8 classes: passes to the certificate",
          unit: "passes",
          ours: output(names.correlated, (out) => out.certifiedPasses),
        },
      ],
    };
  },
};
