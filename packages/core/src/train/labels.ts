import { exclusiveLabelsAdvice, listOf, type Floats, type Labels } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { AnyLayer } from "../model/index.ts";
import type { PreparedData, PreparedLabels } from "./data.ts";
import {
  constantLogOdds,
  constantLoss,
  countMarks,
  isConstant,
  marksOf,
  variedMarks,
  type Count,
} from "./marks.ts";
import type { Fitted } from "./minibatch.ts";
import { sumOf, worstStatus } from "./optima.ts";

/** Fits one sigmoid to rows that carry a label (1) or do not (0); rows of both kinds are there. */
export type FitOneLabel = (labels: Labels) => Promise<Fitted>;

/**
 * One problem after the other: the sum of independent sigmoids has no coefficient in common. A label that all rows carry,
 * or none, has no finite optimum; it gets weights 0 and the log-odds ln((n₊ + ½) / (n₋ + ½)).
 *
 * @param rows with features that every label shares
 * @throws InputError when no label is carried by some rows and not by others, or as `fitOne` does, with the label's name
 */
export async function fitLabelByLabel(
  { labelSets, sampleWeights, features }: Pick<PreparedLabels, "labelSets" | "sampleWeights" | "features">,
  fitOne: FitOneLabel,
  onLabel?: (done: number, all: number) => void,
): Promise<Fitted> {
  const { names } = labelSets;
  const fits: (Fitted | null)[] = [];
  const { counts } = variedMarks({ labelSets, sampleWeights });
  for (const [k, name] of names.entries()) {
    fits.push(isConstant(counts[k]) ? null : await named(name, () => fitOne(marksOf(labelSets, k))));
    onLabel?.(k + 1, names.length);
  }
  const fitted = fits.filter((fit) => fit !== null);
  const constants = counts.filter((_, k) => fits[k] === null);
  return {
    layer: stack(
      fits.map((fit, k) => fit?.layer ?? constantLayer(counts[k], features.columns.length)),
      fitted.some(({ layer }) => layer.weights instanceof Float64Array),
    ),
    inference: null,
    training: {
      status: worstStatus(fitted.map(({ training }) => training.status)),
      options: fitted[0].training.options,
      history: [],
      optimum: sumOf(
        fitted.flatMap(({ training }) => training.optimum ?? []),
        constants.reduce((sum, count) => sum + constantLoss(count), 0),
      ),
    },
  };
}

/** What a user should know of the labels of training rows, a sentence each without the period. */
export function labelWarnings({
  labelSets,
  sampleWeights,
}: Pick<PreparedLabels, "labelSets" | "sampleWeights">): string[] {
  const { names } = labelSets;
  const counts = names.map((_, k) => countMarks(labelSets, k, sampleWeights));
  const never = names.filter((_, k) => counts[k].with === 0);
  const always = names.filter((_, k) => counts[k].with > 0 && counts[k].without === 0);
  const advice = exclusiveLabelsAdvice(labelSets);
  const quoted = (list: readonly string[]): string => listOf(list.map((name) => `"${name}"`));
  const constant =
    "so nothing tells such rows from others: a constant probability near its share stands for it";
  return [
    ...(never.length > 0 ? [`no training row carries ${quoted(never)}, ${constant}`] : []),
    ...(always.length > 0 ? [`every training row carries ${quoted(always)}, ${constant}`] : []),
    ...(advice === null ? [] : [advice]),
  ];
}

/** The same rows, whose features are made once however often they are asked for. */
export function withSharedFeatures(rows: PreparedLabels): PreparedLabels {
  let exact: Float64Array | null = null;
  let input: ReturnType<PreparedLabels["input"]> | null = null;
  return {
    ...rows,
    exactValues: () => (exact ??= rows.exactValues()),
    input: () => (input ??= rows.input()),
  };
}

/** The rows with one label as their class. */
export function asClasses({ labelSets: _sets, ...rows }: PreparedLabels, labels: Labels): PreparedData {
  return { ...rows, labels };
}

async function named(label: string, fit: () => Promise<Fitted>): Promise<Fitted> {
  try {
    return await fit();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replace(/^fitClassifier: /, `fitClassifier: label "${label}": `));
  }
}

function constantLayer(count: Count, columns: number): AnyLayer {
  return { weights: new Float64Array(columns), bias: Float64Array.of(constantLogOdds(count)) };
}

/** One output below the other. */
function stack(layers: readonly AnyLayer[], isExact: boolean): AnyLayer {
  const join = (parts: readonly Floats[]): Float64Array => {
    const output = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      output.set(part, at);
      at += part.length;
    }
    return output;
  };
  const weights = join(layers.map((layer) => layer.weights));
  const bias = join(layers.map((layer) => layer.bias));
  return isExact ? { weights, bias } : { weights: Float32Array.from(weights), bias: Float32Array.from(bias) };
}
