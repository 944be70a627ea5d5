import { createTape, type Program } from "../kernels/index.ts";
import { slopeName } from "./layers/activation.ts";
import {
  countParameters,
  type AttentionPlace,
  type NetworkLayer,
  type ParameterArray,
} from "./layers/layer.ts";
import { createLayer } from "./layers/layers.ts";
import { arraysOf, recordAll } from "./layers/sequence.ts";
import type { LayerSettings } from "./layers/settings.ts";

/** Hidden layers, fitted: what turns the scaled features of a row into the numbers that the linear layer acts on. */
export interface Body {
  /** First to last; the first takes as many numbers as there are features. */
  readonly layers: readonly LayerSettings[];
  /** Of all layers, in their order: see `bodyArrays`. */
  readonly parameters: Float32Array;
  /** Numbers of a row that come out. */
  readonly outputs: number;
}

/** The arrays that the parameters consist of, in order, each named by its layer's place: "0.weight". */
export function bodyArrays(layers: readonly LayerSettings[]): ParameterArray[] {
  return arraysOf(layers.map(createLayer));
}

/** What tells who attends to whom in a body, and the program whose outputs those are. */
export interface AttentionReading extends Omit<AttentionPlace, "block"> {
  readonly program: Program;
}

/** Where tokens attend to one another, first to last; none in a body without attention. */
export function attentionReadings({ layers }: Pick<Body, "layers">, inputs: number): AttentionReading[] {
  const tape = createTape();
  const input = tape.block(inputs);
  const { attention = [] } = recordAll(tape, layers.map(createLayer), input, false);
  return attention.map(({ block, ...place }) => ({
    ...place,
    program: tape.finish({ input, logits: block }),
  }));
}

/** What computes a body's outputs. */
export function bodyProgram({ layers }: Pick<Body, "layers">, inputs: number): Program {
  const tape = createTape();
  const input = tape.block(inputs);
  const { output } = recordAll(tape, layers.map(createLayer), input, false);
  return tape.finish({ input, logits: output });
}

/** One layer of a body, as people want to know it. */
export interface LayerFacts {
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: number;
  /** The learned shapes of an activation, one or one a unit; empty where none are. */
  readonly slopes: Float32Array;
}

/** Layer by layer; those inside a skip connection follow it, indented by a "+". */
export function bodyFacts({ layers, parameters }: Body): LayerFacts[] {
  let at = 0;
  const factsOf = (settings: LayerSettings, mark: string): LayerFacts[] => {
    const layer = createLayer(settings);
    if (settings.kind === "residual") return settings.layers.flatMap((inner) => factsOf(inner, "skip + "));
    const size = countParameters(layer.arrays);
    const own = parameters.subarray(at, at + size);
    at += size;
    const hasSlopes = layer.arrays.some(({ name }) => name === slopeName);
    return [
      {
        kind: `${mark}${layer.kind}`,
        inputs: layer.inputs,
        outputs: layer.outputs,
        parameters: size,
        slopes: hasSlopes ? own : new Float32Array(0),
      },
    ];
  };
  return layers.flatMap((settings) => factsOf(settings, ""));
}

/** Parameters of each hidden layer, with what belongs to it; of a body of attention those of tokens, blocks and pooling. */
export function hiddenParameters({ layers }: Pick<Body, "layers">): number[] {
  const counts: number[] = [];
  for (const settings of layers) {
    if (counts.length === 0 || isStart(settings)) counts.push(0);
    counts[counts.length - 1] += parametersOf(createLayer(settings));
  }
  return counts;
}

/** A hidden layer begins with a dense one, a block with its attention, a pooling with its normalization. */
function isStart(settings: LayerSettings): boolean {
  if (settings.kind === "residual")
    return !settings.layers.some((layer) => layer.kind === "dense" && layer.tokens !== undefined);
  return (
    (settings.kind === "dense" && settings.tokens === undefined) ||
    (settings.kind === "layer-norm" && settings.tokens !== undefined)
  );
}

function parametersOf({ arrays }: NetworkLayer): number {
  return countParameters(arrays);
}
