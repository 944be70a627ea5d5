import type { ElementwiseActivation } from "../../kernels/activation.ts";

/**
 * An elementwise function f(x; a) with its derivatives, in float64. It trusts its caller as kernels do: NaN gives NaN,
 * ±Infinity the limit. `a` is always given, also where it is not looked at.
 */
export interface Activation extends ElementwiseActivation {
  readonly name: string;
  /** What `a` is and where it starts, or stays when it is not learned; null: there is none. */
  readonly parameter: { readonly symbol: string; readonly start: number } | null;
  /** Where it has no derivative; `derivative` gives that of the left side there. */
  readonly kinks: readonly number[];
}

/** What people want to know of an activation; text in plain Unicode, numbers for the starting parameter. */
export interface ActivationFacts {
  /** As `--hidden` takes it. */
  readonly name: string;
  readonly title: string;
  readonly formula: string;
  readonly derivative: string;
  /** Both as MathML, each the inside of a `<math>`. */
  readonly mathml: { readonly formula: string; readonly derivative: string };
  readonly range: string;
  readonly derivativeRange: string;
  /** Where there is no derivative, and what is taken there. */
  readonly kinks: string;
  /** One line. */
  readonly fact: string;
  readonly strengths: readonly string[];
  readonly weaknesses: readonly string[];
  readonly source: string;
  /** The elementwise function; null for those that take several numbers at once. */
  readonly activation: Activation | null;
  readonly graph: ActivationGraph;
}

/** A curve that shows the function. */
export interface ActivationGraph {
  /** What is drawn, where the name alone does not say it: "softmax of (x, 0), the first share". */
  readonly about: string | null;
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;
}

/** The graph of an elementwise function at its starting parameter. */
export function graphOf(activation: Activation): ActivationGraph {
  const { parameter } = activation;
  const a = parameter?.start ?? 0;
  return {
    about: parameter && `${parameter.symbol} = ${a}`,
    value: (x) => activation.value(x, a),
    derivative: (x) => activation.derivative(x, a),
  };
}
