import { spawnSync } from "node:child_process";
import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { makeDebtags } from "../scripts/text_task.mjs";

const sigmax = "sigmax, debtags";
const peer = "LIBLINEAR -s 0, one label after the other";

/** LIBLINEAR’s `train` as Debian calls it, or null. */
function findLiblinear() {
  return spawnSync("liblinear-train").error === undefined ? "liblinear-train" : null;
}

/** 50 labels of 29,781 lines of text, hashed to 2^18 features, on one core. */
export const text = {
  name: "text",
  about: "debtags from descriptions: 50 labels beside LIBLINEAR; texts a second",
  prepare({ temporary }) {
    const file = makeDebtags(temporary);
    const noLists = "there are no package lists here (on Debian: apt-get update)";
    const liblinear = findLiblinear();
    const ours = (read) => printed(sigmax, read);
    const theirs = (read) => printed(peer, read);
    return {
      contestants: [
        {
          name: sigmax,
          ...(file === null ? { missing: noLists } : sigmaxScript("sigmax_text.mjs", file)),
          complaint: ({ gap }) => (gap <= 1e-8 ? undefined : `its certificate is ${gap}`),
        },
        file === null || liblinear === null
          ? { name: peer, missing: file === null ? noLists : "Debian's liblinear-tools is not there" }
          : { name: peer, command: [process.execPath, scriptPath("liblinear_text.mjs"), file, liblinear] },
      ],
      questions: [
        {
          job: "debtags, 50 labels: the fit, ours certified to 1e-8, LIBLINEAR's to its end",
          unit: "s",
          ours: ours((out) => out.training),
          peer: theirs((out) => out.training),
          required: { what: "ratio", atLeast: 1 },
        },
        {
          job: "debtags, the sum of 50 objectives, the intercepts penalized",
          unit: "",
          ours: ours((out) => out.objective),
          peer: theirs((out) => out.objective),
          sideBySide: true,
        },
        {
          job: "debtags, the largest (ours − LIBLINEAR's) / LIBLINEAR's of a label",
          unit: "",
          ours: {
            name: sigmax,
            of: [sigmax, peer],
            read: (round) =>
              Math.max(
                ...round[sigmax].output.objectives.map((objective, label) => {
                  const other = round[peer].output.objectives[label];
                  return (objective - other) / other;
                }),
              ),
          },
          required: { what: "worst", atMost: 0 },
        },
        {
          job: "debtags, reading the table; LIBLINEAR: its file, 50 times",
          unit: "s",
          ours: ours((out) => out.reading),
          peer: theirs((out) => out.reading),
          sideBySide: true,
        },
        { job: "debtags, learning and making the features", unit: "s", ours: ours((out) => out.features) },
        {
          job: "debtags, texts to probabilities of 50 labels",
          unit: "texts/s",
          ours: ours((out) => out.textsPerSecond),
          higherIsBetter: true,
          required: { what: "median", atLeast: 20_000 },
        },
      ],
    };
  },
};
