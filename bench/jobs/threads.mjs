import path from "node:path";
import { median, printed, wall } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxCommand } from "../harness/sigmax.mjs";

const one = "sigmax, 1 thread";
const two = "sigmax, 2 threads";
const torchTwo = "PyTorch by hand, 2 threads";
const chromium = "sigmax in Chromium, 1 thread";

/** The median epoch of one run, in milliseconds. */
function epoch(name) {
  return printed(
    name,
    (output) => 1000 * median(output.epochSeconds ?? output.history.map(({ seconds }) => seconds)),
  );
}

/** The textbook run on two threads, and in a browser. */
export const threads = {
  name: "threads",
  about: "the textbook run on two threads beside PyTorch's, and in Chromium beside Node",
  prepare: async ({ temporary, python, tuneTorch }) => {
    const ours = (count) => [
      ...["train", "fashion-mnist", "--preset", "d2l", "--json", "--report", "none"],
      ...["--threads", String(count), "--out", path.join(temporary, `threads-${count}.sigmax`)],
    ];
    const tuned = await tuneTorch();
    return {
      contestants: [
        { name: one, ...sigmaxCommand(ours(1)) },
        { name: chromium, command: [process.execPath, scriptPath("chromium_epochs.mjs")] },
        { name: two, ...sigmaxCommand(ours(2)) },
        tuned === null
          ? { name: torchTwo, missing: "no Python with torch was found (Debian: python3-torch)" }
          : {
              name: torchTwo,
              command: [
                ...[python, scriptPath("torch_hand.py"), "--threads", "2"],
                ...["--layout", tuned.settings.threads[2].layout],
              ],
              env: tuned.environments[2],
            },
      ],
      questions: [
        {
          job: "SGD epoch, 2 threads",
          unit: "ms",
          ours: epoch(two),
          peer: epoch(torchTwo),
          required: { what: "ratio", atLeast: 1.35 },
        },
        {
          job: "whole command, 10 epochs, 2 threads beside our own 1",
          unit: "s",
          ours: wall(two),
          peer: wall(one),
          required: { what: "ratio", atLeast: 1 },
        },
        {
          job: "SGD epoch in Chromium beside our own in Node, 1 thread",
          unit: "ms",
          ours: epoch(chromium),
          peer: epoch(one),
          required: { what: "ratio", atLeast: 1 / 1.4 },
        },
      ],
    };
  },
};
