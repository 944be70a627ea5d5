import {
  createTape,
  gather,
  wideSoftmaxLoss,
  type Block,
  type LinearLayer,
  type Program,
  type Tape,
} from "../kernels/index.ts";
import type { Generator } from "../random/index.ts";
import type { Body } from "./body.ts";
import type { Head } from "./heads/head.ts";
import { slopeName } from "./layers/activation.ts";
import { denseLayer } from "./layers/dense.ts";
import { countParameters, type NetworkLayer, type ParameterArray } from "./layers/layer.ts";
import { createLayer } from "./layers/layers.ts";
import { arraysOf, initializeAll, recordAll } from "./layers/sequence.ts";
import type { LayerSettings } from "./layers/settings.ts";

/** A hidden layer as people count them: a dense one, and what belongs to it. */
export interface NetworkStage {
  /** "256:relu" */
  readonly name: string;
  /** Whether a unit can be 0 for all rows, and then learns no more. */
  readonly canDie: boolean;
  readonly layers: readonly LayerSettings[];
}

/** A stage of a recorded network; the linear layer at the end is one too. */
export interface PlacedStage {
  readonly name: string;
  readonly canDie: boolean;
  readonly outputs: number;
  /** Its parameters are [start, end) of the flat vector. */
  readonly start: number;
  readonly end: number;
  /** Its outputs while training, before dropout. */
  readonly measured: Block;
  /** Where the learned shapes of its activation are; null where none are. */
  readonly slopes: { readonly start: number; readonly end: number } | null;
}

/** Hidden layers and the linear layer behind them, recorded, with the loss that the head names. */
export interface Network {
  /** A batch of training: forward with dropout, the loss, and backward. */
  readonly program: Program;
  /** Forward alone, without dropout. */
  readonly forward: Program;
  /** First to last, the linear layer at the end. */
  readonly stages: readonly PlacedStage[];
  /** Sets to 0 what acts on some of the features alone. */
  silence(parameters: Float32Array, features: readonly number[]): void;
  /** The parameters that training starts from. */
  initialize(generator: Generator): Float32Array;
  /** Parameters as a model holds them; copies. */
  split(parameters: Float32Array): { readonly layer: LinearLayer; readonly body: Body | null };
}

/** The standard deviation of the last layer's first weights. */
const lastDeviation = 0.01;

/**
 * @param inputs features of a row
 * @param stages the hidden layers, maybe none
 * @param outputs of the linear layer
 * @param isWide  whether it has so many that its logits are not all to be in memory; only of the softmax. There are then
 *   no meters
 */
export function createNetwork(
  inputs: number,
  stages: readonly NetworkStage[],
  outputs: number,
  head: Head,
  isWide = false,
): Network {
  const groups = stages.map(({ layers }) => layers.map(createLayer));
  const width = groups.at(-1)?.at(-1)?.outputs ?? inputs;
  const all = [...groups, [outputLayer(width, outputs)]];
  const names = [...stages, { name: "output", canDie: false }];
  const tape = createTape();
  const input = tape.block(inputs);
  tape.push(gather(input));
  let output = input;
  const recorded = (isWide ? groups : all).map((group) => {
    const own = recordAll(tape, group, output, true);
    ({ output } = own);
    return own;
  });
  let gradient = isWide ? wideLossOf(tape, output, outputs, groups.length > 0) : tape.block(outputs);
  if (!isWide) tape.push(head.loss(output, gradient));
  for (let i = recorded.length - 1; i >= 0; i--) gradient = recorded[i].backward(gradient, i > 0) ?? gradient;
  let end = 0;
  const placed = all.map((group, i): PlacedStage => {
    const start = end;
    const arrays = arraysOf(group);
    end += countParameters(arrays);
    const { measured } = recorded[i] ?? { measured: output };
    return { ...names[i], start, end, outputs: measured.columns, measured, slopes: slopesIn(arrays, start) };
  });
  const { start: lastStart } = placed[placed.length - 1];
  const layers = stages.flatMap((stage) => stage.layers);
  return {
    program: tape.finish({ input, logits: output }),
    forward: forwardOf(inputs, all.flat()),
    stages: isWide ? [] : placed,
    silence: (parameters, features) => all.flat()[0].silence?.(parameters, features),
    initialize(generator) {
      const parameters = new Float32Array(end);
      initializeAll(all.flat(), parameters, generator);
      return parameters;
    },
    split(parameters) {
      const weights = parameters.slice(lastStart, lastStart + width * outputs);
      return {
        layer: { weights, bias: parameters.slice(lastStart + width * outputs) },
        body:
          layers.length === 0 ? null : { layers, parameters: parameters.slice(0, lastStart), outputs: width },
      };
    },
  };
}

/** The linear layer with its loss in one. @returns the gradient of what goes in */
function wideLossOf(tape: Tape, input: Block, outputs: number, wantsGradient: boolean): Block {
  const weights = tape.parameters(outputs * input.columns, { decays: true });
  const bias = tape.parameters(outputs, { decays: false });
  const gradient = wantsGradient ? tape.block(input.columns) : null;
  tape.push(wideSoftmaxLoss(input, weights, bias, gradient));
  return gradient ?? input;
}

/** The way forward alone, over parameters that lie in the same places. */
function forwardOf(inputs: number, layers: readonly NetworkLayer[]): Program {
  const tape = createTape();
  const input = tape.block(inputs);
  const { output } = recordAll(tape, layers, input, false);
  return tape.finish({ input, logits: output });
}

function slopesIn(arrays: readonly ParameterArray[], start: number): PlacedStage["slopes"] {
  let at = start;
  for (const array of arrays) {
    const size = countParameters([array]);
    if (array.name.endsWith(`.${slopeName}`)) return { start: at, end: at + size };
    at += size;
  }
  return null;
}

/** The linear layer of a model: starts at nearly equal probabilities, whatever its width. */
function outputLayer(inputs: number, outputs: number): NetworkLayer {
  return {
    ...denseLayer({ kind: "dense", inputs, outputs, initialization: "glorot" }),
    initialize(parameters, generator) {
      const weights = inputs * outputs;
      for (let i = 0; i < weights; i++) parameters[i] = lastDeviation * generator.normal();
      parameters.fill(0, weights);
    },
  };
}
