import { activations } from "./activations.mjs";
import { attention } from "./attention.mjs";
import { csv } from "./csv.mjs";
import { decisions } from "./decisions.mjs";
import { exact } from "./exact.mjs";
import { gemm } from "./gemm.mjs";
import { network } from "./network.mjs";
import { rows } from "./rows.mjs";
import { softmax } from "./softmax.mjs";
import { text } from "./text.mjs";
import { threads } from "./threads.mjs";
import { train } from "./train.mjs";

/**
 * What runs together and in turn, and what is asked of the figures. To add a bench: a script in `scripts/` for each
 * side that prints one JSON object, a file here, and a line below.
 *
 * @typedef {object} Bench
 * @property {string} name
 * @property {string} about one line for --help
 * @property {(context: Context) => Promise<Prepared> | Prepared} prepare
 *
 * @typedef {object} Context
 * @property {string} temporary a folder that is removed at the end
 * @property {() => Promise<object>} tuneTorch how to run PyTorch here, found once for all benches
 * @property {string | null} python the one that has torch
 *
 * @typedef {object} Prepared
 * @property {import("../harness/rounds.mjs").Contestant[]} contestants in the order of a round; put those that are
 *   compared next to each other
 * @property {import("../harness/figures.mjs").Question[]} questions
 * @property {(measured: object) => void} [finish] told what was measured, as `answer` is
 */

/** @type {Bench[]} */
export const benches = [
  train,
  threads,
  network,
  gemm,
  softmax,
  attention,
  activations,
  rows,
  csv,
  exact,
  decisions,
  text,
];
