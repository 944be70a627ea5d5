import { InputError, suggestion } from "../../errors/index.ts";
import type { Initialization, LayerSettings } from "./settings.ts";

/** What stands between two dense layers, by the name that people give it. */
export interface NamedActivation {
  /** What the dense layer before it starts as. */
  readonly initialization: Initialization;
  /** Outputs of that dense layer for each unit. */
  readonly pieces: number;
  /** The layers that it is, for so many units. */
  readonly layers: (units: number) => readonly LayerSettings[];
}

/** Names for `hidden`; "maxout3" and so on are maxout of that many pieces. */
export const activationNames = [
  "sigmoid",
  "tanh",
  "relu",
  "leaky-relu",
  "prelu",
  "prelu-layer",
  "elu",
  "softplus",
  "swish",
  "swish-learned",
  "gelu",
  "maxout",
  "softmax",
  "sparsemax",
  "identity",
] as const;

/** What others call them. */
const otherNames: Readonly<Record<string, (typeof activationNames)[number]>> = {
  leaky: "leaky-relu",
  linear: "identity",
  logistic: "sigmoid",
  none: "identity",
  silu: "swish",
};

/**
 * The activation of a name. Dense layers before rectifiers start as He's do, since half of what comes is lost;
 * before sigmoid, tanh, the simplices and identity as Glorot's; before elu, and before maxout, whose largest of two
 * pieces keeps the mean square that each had, as LeCun's.
 *
 * @throws InputError when there is none of that name, or maxout has fewer than two pieces
 */
export function namedActivation(name: string): NamedActivation {
  const maxout = /^maxout(\d*)$/.exec(name);
  if (maxout) {
    const pieces = maxout[1] === "" ? 2 : Number(maxout[1]);
    if (pieces < 2 || pieces > mostPieces)
      throw new InputError(
        `fitClassifier: hidden: maxout is the largest of 2 to ${mostPieces} pieces, got "${name}"; ${pieces < 2 ? "one piece is no choice, which is identity" : "take fewer"}`,
      );
    return { initialization: "lecun", pieces, layers: (units) => [{ kind: "maxout", units, pieces }] };
  }
  const elementwise = (
    own: (LayerSettings & { kind: "activation" })["name"],
    initialization: Initialization,
    learned: "unit" | "layer" | null = null,
  ): NamedActivation => ({
    initialization,
    pieces: 1,
    layers: (units) => [{ kind: "activation", name: own, units, learned }],
  });
  switch (name) {
    case "identity":
      return { initialization: "glorot", pieces: 1, layers: () => [] };
    case "softmax":
    case "sparsemax":
      return { initialization: "glorot", pieces: 1, layers: (units) => [{ kind: "simplex", name, units }] };
    case "sigmoid":
    case "tanh":
      return elementwise(name, "glorot");
    case "elu":
      return elementwise(name, "lecun");
    case "prelu":
      return elementwise("prelu", "he", "unit");
    case "prelu-layer":
      return elementwise("prelu", "he", "layer");
    case "swish-learned":
      return elementwise("swish", "he", "unit");
    case "relu":
    case "leaky-relu":
    case "softplus":
    case "swish":
    case "gelu":
      return elementwise(name, "he");
    default:
      throw new InputError(
        `fitClassifier: hidden: there is no activation "${name}"${meant(name) || `; there are ${activationNames.join(", ")}`}`,
      );
  }
}

const mostPieces = 64;

function meant(name: string): string {
  const other = Object.hasOwn(otherNames, name.toLowerCase()) ? otherNames[name.toLowerCase()] : null;
  return other === null ? suggestion(name, activationNames) : `; did you mean "${other}"?`;
}
