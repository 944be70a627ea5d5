import { emptyLike } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Kernels, LinearInput } from "../kernels/index.ts";
import { bodyProgram, type Network } from "../model/index.ts";
import type { HiddenLayer } from "./hidden.ts";
import { probeRows } from "./meters.ts";
import type { NetworkPlan } from "./network-plan.ts";

/** All that the 32-bit addresses of WebAssembly reach. */
const mostBytes = 2 ** 32;

/**
 * Before anything is laid out.
 *
 * @param numbers of the features of all rows
 * @throws InputError when the network and its rows do not fit into memory
 */
export function checkMemory(
  { program }: Network,
  { solver, momentum, batch: wanted }: NetworkPlan,
  batch: number,
  numbers: number,
): void {
  const { parameterCount, blockColumns } = program;
  const copies = 2 + (solver === "sgd" ? Number(momentum > 0) : 2); // themselves, their gradient, what steps remember
  const ofParameters = 4 * parameterCount * copies;
  const ofBatch = 4 * batch * blockColumns.reduce((sum, columns) => sum + columns, 0);
  const bytes = ofParameters + ofBatch + 4 * numbers;
  if (bytes <= mostBytes) return;
  const largest = ofParameters >= ofBatch ? "narrower layers" : `a batch of fewer than ${wanted} rows`;
  throw new InputError(
    `fitClassifier: hidden: the network is larger than memory: it has ${parameterCount} parameters, and to train it takes ${(bytes / 2 ** 30).toFixed(1)} GiB (${(ofParameters / 2 ** 30).toFixed(1)} for parameters, gradients and ${solver}'s memory, ${(ofBatch / 2 ** 30).toFixed(1)} for a batch, the rest for the rows), of at most 4; take ${largest}`,
  );
}

/**
 * @param columns what goes into the first layer
 * @throws InputError when a layer of one unit is the same for all rows, whatever its weights
 */
export function checkUnits(
  layers: readonly Required<HiddenLayer>[],
  columns: number,
  { layerNorm, residual }: { layerNorm: boolean; residual: boolean },
): void {
  layers.forEach(({ units, activation }, i) => {
    const inputs = i === 0 ? columns : layers[i - 1].units;
    if (units > 1 || (residual && inputs === 1)) return; // a skip connection tells rows apart
    const isShare = activation === "softmax" || activation === "sparsemax";
    if (!isShare && !layerNorm) return;
    const why = isShare
      ? `a ${activation} of one unit is always 1`
      : "layer normalization of one unit is always 0";
    throw new InputError(
      `fitClassifier: hidden: layer ${i + 1}: ${why}, so nothing could be learned; take more units`,
    );
  });
}

/**
 * @param rows that will be learned from
 * @throws InputError when the hidden layers give the same for different rows, since all units of some layer are dead
 */
export function checkAlive(
  network: Network,
  parameters: Float32Array,
  { values, columns, scale }: LinearInput,
  rows: Uint32Array,
  kernels: Kernels,
): void {
  const { body } = network.split(parameters);
  if (body === null || !network.stages.some(({ canDie }) => canDie)) return;
  const count = Math.min(rows.length, probeRows);
  const some = emptyLike(values, count * columns);
  for (let i = 0; i < count; i++) {
    const row = rows[Math.floor((i * rows.length) / count)];
    some.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  }
  const output = new Float32Array(count * body.outputs);
  kernels.createNetworkPass(bodyProgram(body, columns), body.parameters).run(some, count, scale, output);
  const isSame = output.every((value, at) => value === output[at % body.outputs]);
  if (!isSame || count < 2 || some.every((value, at) => value === some[at % columns])) return;
  throw new InputError(
    `fitClassifier: hidden: all units of a layer are dead at the start: what comes out of the hidden layers is the same for all of ${count} rows, so nothing could be learned; take more units, leaky-relu or elu instead of relu, or another seed`,
  );
}
