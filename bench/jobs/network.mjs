import path from "node:path";
import { median, printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxCommand } from "../harness/sigmax.mjs";
import { npmPeerVersion } from "../setup.mjs";

const one = "sigmax network, 1 thread";
const two = "sigmax network, 2 threads";
const torchOne = "PyTorch network, 1 thread";
const torchTwo = "PyTorch network, 2 threads";
const tfjs = "tfjs wasm network";
const jax = "jax-js wasm network";

/** After two epochs everyone is above it; who is below did not do the work. */
const complaint = ({ accuracy }) =>
  accuracy >= 0.78 ? undefined : `its test accuracy was ${accuracy}, so it did not do the same work`;

/** Floating-point operations of an epoch: 2 a weight forward, 2 for its gradient, and 2 to go on below the last layer. */
const operations = 60_000 * (4 * 784 * 256 + 6 * 256 * 10);
/** 128-bit multiply and add, GFLOP/s a core. */
const limit = 33;

/** The median epoch of one run, in milliseconds. */
function epoch(name) {
  return printed(
    name,
    (output) => 1000 * median(output.epochSeconds ?? output.history.map(({ seconds }) => seconds)),
  );
}

function npmPeer(name, module, script, ...options) {
  return npmPeerVersion(module) === null
    ? { name, missing: "it is not installed (node bench/setup.mjs)" }
    : {
        name,
        command: [process.execPath, scriptPath(script), ...options],
        complaint,
        skipWarmUp: true,
      };
}

/** A network 784-256-10 with ReLU on Fashion-MNIST, batch 256, SGD 0.1. */
export const network = {
  name: "network",
  about: "a network 784-256-10 with ReLU on Fashion-MNIST: seconds an epoch",
  prepare: async ({ temporary, python, tuneTorch }) => {
    const tuned = await tuneTorch();
    const ours = (name, threads) => ({
      name,
      ...sigmaxCommand([
        ...["train", "fashion-mnist", "--hidden", "256:relu", "--solver", "sgd", "--momentum", "0"],
        ...["--learning-rate", "0.1", "--batch", "256", "--l2", "0", "--epochs", "3", "--covariance", "none"],
        ...["--json", "--report", "none", "--threads", String(threads)],
        ...["--out", path.join(temporary, `network-${threads}.sigmax`)],
      ]),
      complaint,
    });
    const torch = (name, threads) =>
      tuned === null
        ? { name, missing: "no Python with torch was found (Debian: python3-torch)" }
        : {
            name,
            command: [
              ...[python, scriptPath("torch_autograd.py"), "--model", "network"],
              ...["--threads", String(threads), "--epochs", "3"],
            ],
            env: tuned.environments[threads],
            complaint,
          };
    const share = (name, threads) => ({
      ...epoch(name),
      read: (round) => operations / epoch(name).read(round) / 1e6 / (limit * threads),
    });
    return {
      contestants: [
        ours(one, 1),
        torch(torchOne, 1),
        ours(two, 2),
        torch(torchTwo, 2),
        npmPeer(tfjs, "@tensorflow/tfjs", "tfjs_wasm.mjs", "2", "256"),
        npmPeer(jax, "@jax-js/jax", "jax_network.mjs", "2"),
      ],
      questions: [
        {
          job: "network epoch, 1 thread",
          unit: "ms",
          ours: epoch(one),
          peer: epoch(tfjs),
          required: { what: "ratio", atLeast: 4 },
        },
        {
          job: "network epoch, all cores (jax-js takes them all)",
          unit: "ms",
          ours: epoch(two),
          peer: epoch(jax),
          required: { what: "ratio", atLeast: 1 },
        },
        {
          job: "network epoch, 1 thread",
          unit: "ms",
          ours: epoch(one),
          peer: epoch(torchOne),
          required: { what: "ratio", atLeast: 1 / 3.5 },
        },
        {
          job: "network epoch, 2 threads",
          unit: "ms",
          ours: epoch(two),
          peer: epoch(torchTwo),
          required: { what: "ratio", atLeast: 1 / 3.5 },
        },
        { job: `network, share of ${limit} GFLOP/s, 1 thread`, unit: "", ours: share(one, 1) },
        { job: `network, share of ${limit} GFLOP/s a core, 2 threads`, unit: "", ours: share(two, 2) },
        { job: "network epoch, 2 threads beside our own 1", unit: "ms", ours: epoch(two), peer: epoch(one) },
      ],
    };
  },
};
