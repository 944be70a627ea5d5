import { InputError } from "../errors/index.ts";
import { exp, log } from "../kernels/elementary.ts";
import type { Kernels } from "../kernels/index.ts";
import { bodyProgram, isExact, type Body, type Classifier, type Features } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import type { TokenPlan } from "./tokens.ts";

export interface RemovalOptions {
  /** Share of the tokens that are taken away, in (0, 1); one at least, not all. Default 0.2. */
  readonly remove?: number;
  /** How often as many are taken at random. Default 200. */
  readonly draws?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What becomes of a class's log-odds ln(p / (1 − p)) when tokens are taken away. */
export interface Removal {
  readonly class: string;
  readonly probability: number;
  readonly logOdds: number;
  /** Tokens taken away each time. */
  readonly count: number;
  /**
   * What stands in their place: pixels of 0, or the mean of the training rows; "mean or none": of a category, and of a mark
   * that says a value is missing, none is set.
   */
  readonly standIn: "zero" | "mean" | "mean or none";
  /** By how much the log-odds change without the tokens most attended to, and without those least. */
  readonly most: TokensAway;
  readonly least: TokensAway;
  /** The same of tokens taken at random: how often, the mean, and the range of 95 % of them. */
  readonly random: {
    readonly draws: number;
    readonly change: number;
    readonly range: readonly [number, number];
  };
  /**
   * Whether attention explains the prediction. "yes": without the tokens most attended to the log-odds fall further than in
   * 97.5 % of the random draws; "no": they fall as much as at random; "misleads": less than in 97.5 % of them; "undecided": so few tokens can be
   * taken in fewer than 40 ways, of which none is rare enough to tell.
   */
  readonly explains: "yes" | "no" | "misleads" | "undecided";
}

export interface TokensAway {
  /** Their places. */
  readonly tokens: readonly number[];
  readonly change: number;
  /** How many of them were the stand-in already, so that nothing was taken: the blank parts of a picture. */
  readonly blank: number;
}

/** One row as the body takes it, and how much of each token is attended to. */
interface Attended {
  readonly model: Classifier;
  readonly body: Body;
  readonly features: Float32Array;
  readonly tokens: TokenPlan;
  readonly shares: Float64Array;
  readonly className: string | undefined;
}

export function removeTokens(
  { model, body, features, tokens, shares, className }: Attended,
  kernels: Kernels,
  { remove = 0.2, draws = 200, seed = 0 }: RemovalOptions,
): Removal {
  const all = shares.length;
  if (!(remove > 0 && remove < 1))
    throw new InputError(`attentionOf: remove must be a share above 0 and below 1, got ${remove}`);
  if (!(Number.isSafeInteger(draws) && draws >= 40))
    throw new InputError(
      `attentionOf: draws must be a whole number, 40 or more, for a range of 95 % of them, got ${draws}`,
    );
  if (all < 2)
    throw new InputError("attentionOf: the model has one token only, so none can be taken away from others");
  const count = Math.min(all - 1, Math.max(1, Math.round(remove * all)));
  const order = Array.from(shares, (_, t) => t).toSorted((a, b) => shares[b] - shares[a] || a - b);
  const generator = createGenerator(seed);
  const sets = [
    [],
    order.slice(0, count),
    order.slice(all - count),
    ...Array.from({ length: draws }, () => drawn(all, count, (below) => generator.below(below))),
  ];
  const logits = logitsWithout(sets, { model, body, features, tokens }, kernels);
  const classes = model.classes.length;
  const first = logits.subarray(0, classes);
  const top = first.indexOf(first.reduce((a, b) => Math.max(a, b)));
  const own = className === undefined ? top : model.classes.indexOf(className);
  if (own < 0)
    throw new InputError(`attentionOf: class must be one of ${model.classes.join(", ")}, got "${className}"`);
  const odds = sets.map((_, i) => logOddsOf(logits.subarray(i * classes, (i + 1) * classes), own));
  const [before, most, least] = odds;
  const changes = Float64Array.from(odds.slice(3), (each) => each - before).toSorted();
  const tail = Math.floor(0.025 * draws);
  const range = [changes[tail], changes[draws - 1 - tail]] as const;
  const isBlank = (t: number): boolean => tokens.features[t].every((j) => features[j] === 0);
  const away = (set: readonly number[], after: number): TokensAway => ({
    tokens: set,
    change: after - before,
    blank: set.filter(isBlank).length,
  });
  const change = most - before;
  return {
    class: model.classes[own],
    probability: before >= 0 ? 1 / (1 + exp(-before)) : exp(before) / (1 + exp(before)),
    logOdds: before,
    count,
    standIn: standInOf(model.features),
    most: away(sets[1], most),
    least: away(sets[2], least),
    random: { draws, change: changes.reduce((sum, each) => sum + each, 0) / draws, range },
    explains:
      waysOf(all, count) < fewestWays
        ? "undecided"
        : change < range[0]
          ? "yes"
          : change > range[1]
            ? "misleads"
            : "no",
  };
}

function standInOf({ scaling, table }: Features): Removal["standIn"] {
  if (scaling.kind === "constant") return "zero";
  return table?.some(({ kind, hasMissing }) => kind === "categorical" || hasMissing)
    ? "mean or none"
    : "mean";
}

/** One of them is 2.5 %. */
const fewestWays = 40;

/** In how many ways so many of all can be taken. */
function waysOf(all: number, count: number): number {
  let ways = 1;
  for (let i = 0; i < Math.min(count, all - count); i++) ways = (ways * (all - i)) / (i + 1);
  return ways;
}

/** So many different tokens, by shuffling as far as is needed. */
function drawn(all: number, count: number, below: (end: number) => number): number[] {
  const places = Array.from({ length: all }, (_, t) => t);
  for (let i = 0; i < count; i++) {
    const other = i + below(all - i);
    [places[i], places[other]] = [places[other], places[i]];
  }
  return places.slice(0, count);
}

/** Calibrated logits of the row without each set of tokens: their features are 0, which standardized columns have at
 * their mean, and categories where they are not set. */
function logitsWithout(
  sets: readonly (readonly number[])[],
  { model, body, features, tokens }: Pick<Attended, "model" | "body" | "features" | "tokens">,
  kernels: Kernels,
): Float64Array {
  const { length } = features;
  const rows = new Float32Array(sets.length * length);
  sets.forEach((set, i) => {
    rows.set(features, i * length);
    for (const t of set) for (const j of tokens.features[t]) rows[i * length + j] = 0;
  });
  const hidden = new Float32Array(sets.length * body.outputs);
  kernels.createNetworkPass(bodyProgram(body, length), body.parameters).run(rows, sets.length, 1, hidden);
  const [layer] = model.layers;
  const { weights, bias } = layer;
  if (isExact(layer)) throw new InputError("attentionOf: the linear layer behind a body must be in float32");
  const outputs = bias.length;
  const values = Float64Array.from({ length: sets.length * outputs }, (_, at) => {
    const [row, k] = [Math.floor(at / outputs), at % outputs];
    let sum: number = bias[k];
    for (let j = 0; j < body.outputs; j++)
      sum += weights[k * body.outputs + j] * hidden[row * body.outputs + j];
    return sum;
  });
  const raw = {
    rows: sets.length,
    columns: model.classes.length,
    values: Float64Array.from(model.head.logits(values)),
    unit: "logits",
  } as const;
  return Float64Array.from((model.calibration?.calibrator.apply(raw) ?? raw).values);
}

/** ln(p / (1 − p)) of one class: its logit less the log-sum-exp of the others. */
function logOddsOf(logits: Float64Array, own: number): number {
  let max = -Infinity;
  logits.forEach((z, k) => k !== own && (max = Math.max(max, z)));
  let sum = 0;
  logits.forEach((z, k) => k !== own && (sum += exp(z - max)));
  return logits[own] - max - log(sum);
}
