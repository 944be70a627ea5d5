/**
 * What a deep plain network showed with each activation, trained on the same rows from the same seeds. Written by
 * `npm run measure:activations`, shown by the atlas.
 */
export interface AtlasMeasured {
  /** The rows: "fashion-mnist". */
  readonly source: string;
  readonly trainRows: number;
  readonly testRows: number;
  readonly classes: number;
  /** Hidden layers, one like the other, without residual connections or normalization, and the units of each. */
  readonly layers: number;
  readonly units: number;
  /** How it was trained, in words: "SGD, momentum 0.9, learning rate 0.01, batch 256". */
  readonly recipe: string;
  readonly epochs: number;
  /** Every figure is the median over these. */
  readonly seeds: readonly number[];
  readonly version: string;
  readonly activations: readonly MeasuredActivation[];
}

export interface MeasuredActivation {
  /** As in the list of activations. */
  readonly name: string;
  /** How the weights started: "he", "glorot", "lecun". */
  readonly initialization: string;
  /** The one that suits it best of those that all were tried with. */
  readonly learningRate: number;
  /**
   * ‖∂loss/∂(W, b)‖ of each hidden layer, of the mean loss of the test rows, the layer next to the inputs first, before
   * the first step and after the last.
   */
  readonly gradientNorms: { readonly start: readonly number[]; readonly end: readonly number[] };
  /**
   * The share of units that no test row moves (|f′| below 1e-6 for all of them), at the start and after each epoch: one
   * number more than there are epochs. Of maxout f′ is 1, of softmax and sparsemax the diagonal of the Jacobian.
   */
  readonly deadShares: readonly number[];
  /** Mean training loss of each epoch, in nats. */
  readonly losses: readonly number[];
  /** Of the test rows, after the last epoch; and the lowest and highest of the seeds. */
  readonly accuracy: number;
  readonly accuracyRange: readonly [number, number];
}
