import type { Floats, Logits, Probabilities } from "../../data/index.ts";
import type { Block, Kernels, Op, StepOptions } from "../../kernels/index.ts";
import type { Layer } from "../layer.ts";

/** What turns the outputs of the last layer into probabilities. Its `kind` is what a model file records. */
export interface Head {
  readonly kind: "softmax" | "sigmoid" | "multilabel";
  /** Whether a row is of exactly one class, so that its probabilities sum to 1; else it carries any number of labels. */
  readonly isExclusive: boolean;
  /** Outputs of the last layer for so many classes or labels; 0 where the head is not for so many. */
  outputsFor(classes: number): number;
  /** One logit per class from the layer's outputs, rows × outputs. May be the same array. */
  logits(outputs: Floats): Floats;
  /**
   * rows × classes in, rows × classes out.
   *
   * @param kernels where it should be fast; the bits are the same
   */
  probabilities(logits: Logits, kernels?: Pick<Kernels, "softmaxExactly">): Probabilities;
  /** The loss that a network is trained by: from its outputs their gradient. */
  loss(outputs: Block, gradient: Block): Op;
  /** The same model as a softmax with one output per class, which is what minibatch descent trains; null of labels, which no softmax knows. */
  readonly asSoftmax: SoftmaxForm | null;
}

export interface SoftmaxForm {
  /** The layer, or what the descent remembers of it, as that of the softmax. */
  expand<F extends Floats>(layer: Layer<F>): Layer<F>;
  /** And back. */
  reduce<F extends Floats>(layer: Layer<F>): Layer<F>;
  /** The options with which the softmax takes the steps that these say. */
  stepOptions(options: StepOptions): StepOptions;
}
