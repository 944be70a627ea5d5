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
  | ResidualSettings;

/** y = W x + b */
export interface DenseSettings {
  readonly kind: "dense";
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
  readonly units: number;
}

/** y = x + f(x), f the layers in it, which end as wide as they begin. */
interface ResidualSettings {
  readonly kind: "residual";
  readonly units: number;
  readonly layers: readonly LayerSettings[];
}
