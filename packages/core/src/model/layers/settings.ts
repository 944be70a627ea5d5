/** How weights start: see `initialWeights`. */
export type Initialization = "he" | "glorot" | "lecun";

/** One layer as a file holds it: all that says what it computes, but for its parameters. */
export type LayerSettings =
  | DenseSettings
  | ActivationSettings
  | MaxoutSettings
  | SimplexSettings
  | DropoutSettings
  | LayerNormSettings
  | PatchesSettings
  | SpreadSettings
  | PositionsSettings
  | SelfAttentionSettings
  | AttentionPoolingSettings
  | ResidualSettings;

/** y = W x + b; of a row with tokens the same for each of them. */
export interface DenseSettings {
  readonly kind: "dense";
  /** Vectors of a row, one after the other, of `inputs` numbers that become `outputs`. Absent: 1. */
  readonly tokens?: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly initialization: Initialization;
}

/** Elementwise functions that a layer can have. */
export type ElementwiseName =
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leaky-relu"
  | "prelu"
  | "elu"
  | "softplus"
  | "swish"
  | "gelu";

export interface ActivationSettings {
  readonly kind: "activation";
  readonly name: ElementwiseName;
  readonly units: number;
  /** Where its parameter is learned (the slope of prelu, β of swish): one a unit, or one for the layer. */
  readonly learned: "unit" | "layer" | null;
}

/** Each unit is the largest of so many pieces. */
export interface MaxoutSettings {
  readonly kind: "maxout";
  readonly units: number;
  readonly pieces: number;
}

/** The units of a row become shares that sum to 1. */
export interface SimplexSettings {
  readonly kind: "simplex";
  readonly name: "softmax" | "sparsemax";
  readonly units: number;
}

/** Each unit is 0 with this probability while training, and 1 / (1 − share) times itself otherwise. */
export interface DropoutSettings {
  readonly kind: "dropout";
  readonly units: number;
  readonly share: number;
}

/** The units of a row at mean 0 and variance 1, then times a gain plus a bias that are learned. */
export interface LayerNormSettings {
  readonly kind: "layer-norm";
  /** Vectors of a row, one after the other, of `units` numbers. Absent: 1. */
  readonly tokens?: number;
  readonly units: number;
}

/** The pixels of an image, row by row, become squares of `patch` × `patch`, from left to right and then down. */
export interface PatchesSettings {
  readonly kind: "patches";
  readonly height: number;
  readonly width: number;
  /** Divides both. */
  readonly patch: number;
}

/** Each number of a row becomes a token: itself times a learned vector. */
export interface SpreadSettings {
  readonly kind: "spread";
  readonly columns: number;
  readonly width: number;
}

/** To each token is added what says its place: learned, or sinusoids. */
export interface PositionsSettings {
  readonly kind: "positions";
  readonly tokens: number;
  readonly width: number;
  readonly learned: boolean;
}

/** Each token becomes a mixture of what all tokens of its row say. */
export interface SelfAttentionSettings {
  readonly kind: "self-attention";
  readonly tokens: number;
  readonly width: number;
  /** Divides the width. */
  readonly heads: number;
}

/** The tokens of a row become one: a mixture by scores of learned queries, one for each head. */
export interface AttentionPoolingSettings {
  readonly kind: "attention-pooling";
  readonly tokens: number;
  readonly width: number;
  /** Divides the width. */
  readonly heads: number;
}

/** y = x + f(x), f the layers in it, which end as wide as they begin. */
interface ResidualSettings {
  readonly kind: "residual";
  readonly units: number;
  readonly layers: readonly LayerSettings[];
}
