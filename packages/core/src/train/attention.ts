import { InputError } from "../errors/index.ts";
import type { Features, LayerSettings, NetworkStage } from "../model/index.ts";
import { demand } from "./demand.ts";

/** A body of attention: what the tokens of a row are, and what is done to them. */
export interface AttentionOptions {
  /**
   * "attention": tokens of a row attend to one another in blocks, and a learned query makes one vector of them, which the
   * linear layer acts on. Default: no body but what `hidden` says.
   *
   * Without other options it trains by Adam at the rate 0.002, which rises for half an epoch and then falls as a cosine.
   */
  readonly body?: "attention" | undefined;
  /**
   * What a token is: of images "rows" of pixels or squares of them, "patches:4" of 4 × 4; of other rows "columns", each
   * feature times a vector of its own. Default: of images the largest of "patches:7", "patches:4" and "patches:2" that
   * divide them into 16 or more, else "rows"; of other rows "columns".
   */
  readonly tokens?: string | undefined;
  /** Heads of each attention; they divide the width. Default 4. */
  readonly heads?: number | undefined;
  /** Numbers of a token. Default 64. */
  readonly width?: number | undefined;
  /** Blocks, each attention and then two dense layers with a gelu between. Default 2. */
  readonly depth?: number | undefined;
  /** How a token knows its place: by learned numbers, or by fixed sinusoids. Default "learned". */
  readonly positions?: "learned" | "sinusoidal" | undefined;
}

/** The same with nothing left open. */
interface AttentionPlan {
  /** "rows", "columns", or what squares of pixels measure. */
  readonly tokens: "rows" | "columns" | number;
  readonly heads: number;
  readonly width: number;
  readonly depth: number;
  readonly positions: "learned" | "sinusoidal";
}

type Place = Pick<Features, "columns" | "image">;

const mostTokens = 1024;
/** Numbers between the two dense layers of a block, for each of a token. */
const expansion = 2;

/**
 * The plan as a text: "patches:4, heads 4, width 64, depth 2, positions learned".
 *
 * @throws InputError when an option is out of range, or such rows have no such tokens
 */
export function planAttention(options: AttentionOptions, place: Place): string {
  const { heads = 4, width = 64, depth = 2, positions = "learned" } = options;
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 4096;
  for (const [name, value] of Object.entries({ heads, width, depth }))
    demand(name, value, isCount(value), "a whole number from 1 to 4096");
  if (width % heads !== 0)
    throw new InputError(
      `fitClassifier: heads: ${heads} heads do not divide a width of ${width}: each takes the same share of a token's numbers`,
    );
  demand("positions", positions, ["learned", "sinusoidal"].includes(positions), "learned or sinusoidal");
  const tokens = tokensOf(options.tokens, place);
  const own = typeof tokens === "number" ? `patches:${tokens}` : tokens;
  return `${own}, heads ${heads}, width ${width}, depth ${depth}, positions ${positions}`;
}

/**
 * The layers of a plan: tokens, blocks of attention and dense layers, each behind a layer normalization and beside a skip
 * connection, and a pooling.
 *
 * @see Dosovitskiy et al., An image is worth 16 × 16 words, ICLR 2021, §3.1; Xiong et al., On layer normalization in the
 *   transformer architecture, ICML 2020 (normalization first)
 */
export function attentionStages(text: string, place: Place, dropout: number): NetworkStage[] {
  const plan = readPlan(text);
  const { heads, width, depth } = plan;
  const { layers: first, tokens } = tokenLayers(plan, place);
  const size = tokens * width;
  const inner = expansion * width;
  const normal: LayerSettings = { kind: "layer-norm", tokens, units: width };
  const dropped: readonly LayerSettings[] =
    dropout > 0 ? [{ kind: "dropout", units: size, share: dropout }] : [];
  const positions: LayerSettings = {
    kind: "positions",
    tokens,
    width,
    learned: plan.positions === "learned",
  };
  const beside = (...layers: LayerSettings[]): LayerSettings => ({
    kind: "residual",
    units: size,
    layers: [normal, ...layers, ...dropped],
  });
  const block = [
    beside({ kind: "self-attention", tokens, width, heads }),
    beside(
      { kind: "dense", tokens, inputs: width, outputs: inner, initialization: "he" },
      { kind: "activation", name: "gelu", units: tokens * inner, learned: null },
      { kind: "dense", tokens, inputs: inner, outputs: width, initialization: "glorot" },
    ),
  ];
  const stage = (name: string, layers: readonly LayerSettings[]): NetworkStage => ({
    name,
    canDie: false,
    layers,
  });
  return [
    stage(`${tokens} tokens`, [...first, positions]),
    ...Array.from({ length: depth }, (_, i) => stage(`attention ${i + 1}`, block)),
    stage("pooling", [normal, { kind: "attention-pooling", tokens, width, heads }]),
  ];
}

/** What makes tokens of a row, and how many. */
function tokenLayers(
  { tokens: kind, width }: AttentionPlan,
  { columns, image }: Place,
): { layers: readonly LayerSettings[]; tokens: number } {
  if (kind === "columns" || image === null)
    return { layers: [{ kind: "spread", columns: columns.length, width }], tokens: columns.length };
  const tokens = kind === "rows" ? image.height : (image.height * image.width) / kind ** 2;
  const embedding: LayerSettings = {
    kind: "dense",
    tokens,
    inputs: columns.length / tokens,
    outputs: width,
    initialization: "lecun",
  };
  return {
    layers: kind === "rows" ? [embedding] : [{ kind: "patches", ...image, patch: kind }, embedding],
    tokens,
  };
}

function tokensOf(text: string | undefined, { columns, image }: Place): AttentionPlan["tokens"] {
  const divides = (patch: number): boolean =>
    image !== null && image.height % patch === 0 && image.width % patch === 0;
  const standard = (): AttentionPlan["tokens"] =>
    image === null
      ? "columns"
      : ([7, 4, 2].find((patch) => divides(patch) && columns.length / patch ** 2 >= 16) ?? "rows");
  const wanted = text === undefined ? standard() : readTokens(text);
  if (image === null && wanted !== "columns")
    throw new InputError(
      `fitClassifier: tokens: ${text} are of images, and these rows are none; take columns`,
    );
  if (image !== null && wanted === "columns")
    throw new InputError(
      `fitClassifier: tokens: columns are of tables, and these rows are images of ${image.height} × ${image.width} pixels; take rows or patches`,
    );
  if (typeof wanted === "number" && !divides(wanted))
    throw new InputError(
      `fitClassifier: tokens: patches of ${wanted} × ${wanted} pixels do not divide images of ${image?.height} × ${image?.width}`,
    );
  const count = wanted === "columns" ? columns.length : 0;
  if (count > mostTokens)
    throw new InputError(
      `fitClassifier: tokens: ${count} features would be as many tokens, each of which attends to all; at most ${mostTokens} can; take fewer columns`,
    );
  return wanted;
}

function readTokens(text: string): AttentionPlan["tokens"] {
  if (text === "rows" || text === "columns") return text;
  const patch = /^patches:([1-9]\d{0,4})$/.exec(text);
  if (patch) return Number(patch[1]);
  throw new InputError(
    `fitClassifier: tokens: expected rows, columns, or patches as in "patches:4", got "${text}"`,
  );
}

function readPlan(text: string): AttentionPlan {
  const [tokens, ...rest] = text.split(", ");
  const said = Object.fromEntries(rest.map((part) => part.split(" ")));
  return {
    tokens: readTokens(tokens),
    heads: Number(said["heads"]),
    width: Number(said["width"]),
    depth: Number(said["depth"]),
    positions: said["positions"] === "learned" ? "learned" : "sinusoidal",
  };
}
