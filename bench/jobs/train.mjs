import path from "node:path";
import { median, peakMegabytes, printed, wall } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxCommand, sigmaxScript } from "../harness/sigmax.mjs";
import { npmPeerVersion } from "../setup.mjs";

/** After 3 epochs everyone is above it; who is below did not do the work. */
const leastAccuracy = 0.78;
const complaint = ({ accuracy }) =>
  accuracy >= leastAccuracy ? undefined : `its test accuracy was ${accuracy}, so it did not do the same work`;

const sigmax = "sigmax";
const sigmaxReport = "sigmax with report and without";
const sigmaxAll = "sigmax, all cores";
const byHand = "PyTorch by hand";
const byHandTwo = "PyTorch by hand, 2 threads";
const autograd = "PyTorch nn.Linear";
const dataLoader = "PyTorch DataLoader";
const tfjs = "tfjs wasm";

/** The median epoch of one run, in milliseconds: the peers print a list, our command its history. */
function epoch(name) {
  return printed(
    name,
    (output) => 1000 * median(output.epochSeconds ?? output.history.map(({ seconds }) => seconds)),
  );
}

/** The textbook run: softmax regression on Fashion-MNIST, 784→10, batch 256, SGD 0.1, 10 epochs (tfjs: 3). */
export const train = {
  name: "train",
  about: "softmax regression on Fashion-MNIST: seconds an epoch, whole command, memory",
  prepare: async ({ temporary, python, tuneTorch }) => {
    const textbook = ["train", "fashion-mnist", "--preset", "d2l", "--threads", "1", "--json"];
    const model = (name) => ["--out", path.join(temporary, `${name}.sigmax`)];
    const tuned = await tuneTorch();
    const torch = (name, script, threads, options = []) =>
      tuned === null
        ? { name, missing: "no Python with torch was found (Debian: python3-torch)" }
        : {
            name,
            command: [python, scriptPath(script), "--threads", String(threads), ...options],
            env: tuned.environments[threads],
            complaint,
          };
    const [, ...plainCommand] = sigmaxCommand(textbook).command ?? [];
    const withReport = sigmaxScript("report_cost.mjs", temporary, ...plainCommand);
    const layout = (threads) => ["--layout", tuned?.settings.threads[threads].layout ?? "plain"];
    return {
      contestants: [
        { name: sigmaxReport, ...withReport, complaint },
        { name: sigmax, ...sigmaxCommand([...textbook, ...model("plain"), "--report", "none"]), complaint },
        {
          name: sigmaxAll,
          ...sigmaxCommand([
            ...["train", "fashion-mnist", "--preset", "d2l", "--json", "--report", "none"],
            ...model("all"),
          ]),
          complaint,
        },
        torch(byHand, "torch_hand.py", 1, layout(1)),
        torch(autograd, "torch_autograd.py", 1),
        torch(byHandTwo, "torch_hand.py", 2, layout(2)),
        { ...torch(dataLoader, "torch_dataloader.py", 1), skipWarmUp: true },
        npmPeerVersion("@tensorflow/tfjs") === null
          ? { name: tfjs, missing: "it is not installed (node bench/setup.mjs)" }
          : {
              name: tfjs,
              command: [process.execPath, scriptPath("tfjs_wasm.mjs")],
              complaint,
              skipWarmUp: true,
            },
      ],
      questions: [
        {
          job: "SGD epoch, 1 thread",
          unit: "ms",
          ours: epoch(sigmax),
          peer: epoch(byHand),
          required: { what: "ratio", atLeast: 1.2 },
        },
        { job: "SGD epoch, 1 thread", unit: "ms", ours: epoch(sigmax), peer: epoch(autograd) },
        { job: "SGD epoch, 1 thread", unit: "ms", ours: epoch(sigmax), peer: epoch(dataLoader) },
        {
          job: "SGD epoch, all cores",
          unit: "ms",
          ours: epoch(sigmaxAll),
          peer: epoch(tfjs),
          required: { what: "ratio", atLeast: 40 },
        },
        { job: "SGD epoch, ours on 1 thread", unit: "ms", ours: epoch(sigmax), peer: epoch(byHandTwo) },
        {
          job: "whole command, 10 epochs, no report",
          unit: "s",
          ours: wall(sigmax),
          peer: wall(byHand),
        },
        {
          job: "whole command, 10 epochs, no report",
          unit: "s",
          ours: wall(sigmax),
          peer: wall(dataLoader),
          required: { what: "ratio", atLeast: 6 },
        },
        ...[byHand, byHandTwo, dataLoader].map((peer) => ({
          job: "whole command, 10 epochs, no report, all cores",
          unit: "s",
          ours: wall(sigmaxAll),
          peer: wall(peer),
          ...(peer === byHand ? { required: { what: "ratio", atLeast: 2.3 } } : {}),
        })),
        {
          job: "what the report adds, in turn",
          unit: "s",
          ours: printed(sigmaxReport, ({ seconds }) => seconds),
          required: { what: "median", atMost: 0.5 },
        },
        {
          job: "peak memory, no report",
          unit: "MB",
          ours: peakMegabytes(sigmax),
          peer: peakMegabytes(byHand),
          required: { what: "worst", atMost: 250 },
        },
        {
          job: "test accuracy after 10 epochs",
          unit: "",
          ours: printed(sigmax, ({ accuracy }) => accuracy),
          peer: printed(byHand, ({ accuracy }) => accuracy),
          sideBySide: true,
        },
      ],
    };
  },
};
