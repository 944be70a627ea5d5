import type { CovarianceKind } from "@sigmax/core/model";
import { buildCommand, type Command, type CommandContext, type FlagParametersForType } from "@stricli/core";
import { jsonFlag, labelsFlag, number, quietFlag, whole } from "./flags.ts";
import { tableFlags, type TableFlags } from "./table.flags.ts";
import { textFlags, type TextFlags } from "./text.flags.ts";
import { parseClassWeights } from "./train.options.ts";

export interface TrainFlags extends TableFlags, TextFlags {
  readonly out?: string;
  readonly report?: string;
  readonly preset?: "d2l";
  readonly split?: string;
  readonly test?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly schedule?: "constant" | "step" | "cosine";
  readonly warmUp?: number;
  readonly stepEpochs?: number;
  readonly stepFactor?: number;
  readonly momentum?: number;
  readonly l2?: number | "auto";
  readonly rule?: "one-standard-error" | "minimum";
  readonly head?: "softmax" | "sigmoid" | "multilabel";
  readonly labels?: string;
  readonly solver?: "auto" | "sgd" | "adam" | "adamw" | "newton" | "lbfgs";
  readonly hidden?: string;
  readonly body?: "attention";
  readonly tokens?: string;
  readonly heads?: number;
  readonly width?: number;
  readonly depth?: number;
  readonly positions?: "learned" | "sinusoidal";
  readonly initialization?: "auto" | "he" | "glorot" | "lecun";
  readonly dropout?: number;
  readonly layerNorm?: boolean;
  readonly residual?: boolean;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  readonly labelSmoothing?: number;
  readonly patience?: number;
  readonly validate?: number;
  readonly l1Ratio?: number;
  readonly penaltyUnits?: "standardized" | "original";
  readonly tolerance?: number;
  readonly classWeight?: "balanced" | Record<string, number>;
  readonly weightedProbabilities: boolean;
  readonly covariance?: "auto" | CovarianceKind | "none";
  readonly folds?: number;
  readonly repeats?: number;
  readonly positive?: string;
  readonly weights?: string;
  readonly group?: string;
  readonly checkpoint?: string;
  readonly resume: boolean;
  readonly seed: number;
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const positiveL2 = number("--l2", (value) => value >= 0, "0, a positive number or auto");
const parseL2 = (text: string): number | "auto" => (text === "auto" ? text : positiveL2(text));

/** By name; `compare` takes those that say how to fit. */
export const trainFlags: FlagParametersForType<TrainFlags> = {
  ...tableFlags,
  ...textFlags,
  target: {
    ...tableFlags.target,
    brief: "The column to predict; several, with commas between, are labels of 0 or 1 each",
  },
  out: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "The model file to write [<source>.sigmax]",
    placeholder: "file",
  },
  report: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "The HTML report to write, or none [beside the model]",
    placeholder: "file|none",
  },
  preset: {
    kind: "enum",
    values: ["d2l"],
    optional: true,
    brief: "d2l: the textbook run (batch 256, rate 0.1, 10 epochs, no penalty)",
  },
  split: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief:
      "Shares of train/test or train/calibrate/guarantee/test rows, or none [0.8/0.2, or the data set's own]",
    placeholder: "0.8/0.2",
  },
  test: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Test on this source; train on all rows of the other",
    placeholder: "source",
  },
  solver: {
    kind: "enum",
    values: ["auto", "sgd", "adam", "adamw", "newton", "lbfgs"],
    optional: true,
    brief:
      "newton, lbfgs: the exact optimum; the others: minibatches [adam with --hidden or --body, sgd where --epochs or the like is given]",
  },
  hidden: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief:
      "Hidden layers, units and activation of each, as 256:relu,128:prelu (also sigmoid, tanh, leaky-relu, elu, softplus, swish, gelu, maxout3, sparsemax …) [none]",
    placeholder: "units:activation,…",
  },
  body: {
    kind: "enum",
    values: ["attention"],
    optional: true,
    brief: "attention: parts of each row, tokens, attend to one another before the linear layer [none]",
  },
  tokens: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "With --body: rows or patches:4 of images, columns of tables [patches, 16 or more; columns]",
    placeholder: "rows|patches:4|columns",
  },
  heads: {
    kind: "parsed",
    parse: whole("--heads", 1),
    optional: true,
    brief: "With --body: heads of each attention [4]",
  },
  width: {
    kind: "parsed",
    parse: whole("--width", 1),
    optional: true,
    brief: "With --body: numbers of a token [64]",
  },
  depth: {
    kind: "parsed",
    parse: whole("--depth", 1),
    optional: true,
    brief: "With --body: blocks of attention [2]",
  },
  positions: {
    kind: "enum",
    values: ["learned", "sinusoidal"],
    optional: true,
    brief: "With --body: how a token knows its place [learned]",
  },
  dropout: {
    kind: "parsed",
    parse: number("--dropout", (share) => share >= 0 && share < 1, "a share from 0 to below 1"),
    optional: true,
    brief: "Share of units left out after each hidden layer, while training [0]",
  },
  layerNorm: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Normalize what each hidden layer adds up, before its activation",
  },
  residual: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Skip connections around hidden layers that are as wide as what goes in",
  },
  initialization: {
    kind: "enum",
    values: ["auto", "he", "glorot", "lecun"],
    optional: true,
    brief: "How the weights of hidden layers start [as suits the activation]",
  },
  epochs: {
    kind: "parsed",
    parse: whole("--epochs", 1),
    optional: true,
    brief: "Passes over the rows [as many as make 3,000 steps; 6,000 with --hidden, 4,000 with --body]",
  },
  batch: {
    kind: "parsed",
    parse: whole("--batch", 1),
    optional: true,
    brief: "Rows a step [256; 128 with --body; 32 below 10,000 rows]",
  },
  learningRate: {
    kind: "parsed",
    parse: number("--learning-rate", (rate) => rate > 0, "a positive number"),
    optional: true,
    brief: "Highest learning rate [0.1; adam, adamw: 0.002]",
  },
  schedule: {
    kind: "enum",
    values: ["constant", "step", "cosine"],
    optional: true,
    brief: "How the learning rate goes [constant; cosine with --hidden or --body]",
  },
  warmUp: {
    kind: "parsed",
    parse: number("--warm-up", (epochs) => epochs >= 0, "0 or a positive number of epochs"),
    optional: true,
    brief: "Epochs over which the rate first rises from 0 [0; 0.5 with --body]",
  },
  stepEpochs: {
    kind: "parsed",
    parse: number("--step-epochs", (epochs) => epochs > 0, "a positive number of epochs"),
    optional: true,
    brief: "Schedule step: epochs between two falls [a third of all]",
  },
  stepFactor: {
    kind: "parsed",
    parse: number("--step-factor", (factor) => factor > 0 && factor <= 1, "a number above 0, at most 1"),
    optional: true,
    brief: "Schedule step: what the rate is multiplied by [0.1]",
  },
  momentum: {
    kind: "parsed",
    parse: number("--momentum", (value) => value >= 0 && value < 1, "a number from 0 to below 1"),
    optional: true,
    brief: "Share of the last step that is kept [0]",
  },
  nesterov: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Momentum that looks ahead",
  },
  weightDecay: {
    kind: "parsed",
    parse: number("--weight-decay", (value) => value >= 0, "0 or a positive number"),
    optional: true,
    brief: "What adamw takes off the weights beside its steps [0.01]",
  },
  clipNorm: {
    kind: "parsed",
    parse: number("--clip-norm", (value) => value > 0, "a positive number"),
    optional: true,
    brief: "Length to which a longer gradient is shortened [no limit]",
  },
  labelSmoothing: {
    kind: "parsed",
    parse: number("--label-smoothing", (value) => value >= 0 && value < 1, "a number from 0 to below 1"),
    optional: true,
    brief: "Share of the target that is spread over all classes [0]",
  },
  patience: {
    kind: "parsed",
    parse: whole("--patience", 1),
    optional: true,
    brief: "Stop after so many epochs without a gain on validation rows, and go back to the best [never]",
  },
  validate: {
    kind: "parsed",
    parse: number("--validate", (share) => share > 0 && share < 1, "a share above 0 and below 1"),
    optional: true,
    brief: "Share of the training rows held back for --patience [0.1]",
  },
  l2: {
    kind: "parsed",
    parse: parseL2,
    optional: true,
    brief: "λ of the penalty beside the sum of losses; auto: cross-validated [1; adamw: 0]",
    placeholder: "λ|auto",
  },
  rule: {
    kind: "enum",
    values: ["one-standard-error", "minimum"],
    optional: true,
    brief: "--l2 auto: the strongest penalty that is no clearly worse, or the best [one-standard-error]",
  },
  l1Ratio: {
    kind: "parsed",
    parse: number("--l1-ratio", (value) => value >= 0 && value <= 1, "a number from 0 to 1"),
    optional: true,
    brief: "Share α of λ that goes to Σ|w|: 0 ridge, 1 lasso [0]",
  },
  penaltyUnits: {
    kind: "enum",
    values: ["standardized", "original"],
    optional: true,
    brief:
      "Whether the penalty sees standardized columns or their own units [standardized; pixels: original]",
  },
  tolerance: {
    kind: "parsed",
    parse: number("--tolerance", (value) => value > 0 && value < 1, "a number above 0 and below 1"),
    optional: true,
    brief: "What the bound on the gap to the optimum, relative to it, is to reach [1e-8; texts: 1e-13]",
  },
  classWeight: {
    kind: "parsed",
    parse: parseClassWeights,
    optional: true,
    brief: "What rows of a class count: balanced, or malignant=5,benign=1 [1 each]",
    placeholder: "balanced|class=weight",
  },
  weightedProbabilities: {
    kind: "boolean",
    brief: "Leave the probabilities as class weights made them, not corrected to the true shares",
    default: false,
    withNegated: false,
  },
  weights: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "A column that says what each row counts",
    placeholder: "column",
  },
  group: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "A column of groups (patients): rows of one group stay together when rows are divided",
    placeholder: "column",
  },
  covariance: {
    kind: "enum",
    values: ["auto", "wald", "laplace", "sandwich", "robust", "cluster", "none"],
    optional: true,
    brief: "Of the coefficients, for intervals [wald without a penalty, laplace with one]",
  },
  folds: {
    kind: "parsed",
    parse: whole("--folds", 2),
    optional: true,
    brief: "Also cross-validate the training rows in so many folds",
  },
  repeats: {
    kind: "parsed",
    parse: whole("--repeats", 1),
    optional: true,
    brief: "How often the rows are divided into folds anew [1]",
  },
  positive: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Of two classes the event, for the AUC [the last]",
    placeholder: "class",
  },
  checkpoint: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "A file to keep after every epoch, removed at the end",
    placeholder: "file",
  },
  resume: {
    kind: "boolean",
    brief: "Go on from the checkpoint; the result is that of an undisturbed run",
    default: false,
    withNegated: false,
  },
  head: {
    kind: "enum",
    values: ["softmax", "sigmoid", "multilabel"],
    optional: true,
    brief:
      "softmax: an output per class; sigmoid: one output; multilabel: any number of labels a row [sigmoid for two classes]",
  },
  labels: labelsFlag,
  seed: {
    kind: "parsed",
    parse: whole("--seed", 0),
    default: "0",
    brief: "Where all randomness comes from",
  },
  threads: {
    kind: "parsed",
    parse: whole("--threads", 1),
    optional: true,
    brief: "Threads to train with; the result is the same [all cores where worth it]",
  },
  json: jsonFlag,
  quiet: quietFlag,
};

export const trainCommand: Command<CommandContext> = buildCommand<TrainFlags, [source: string]>({
  loader: async () => (await import("./train.ts")).train,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief:
            "A data set (sigmax datasets lists them), a .csv, .tsv, .jsonl, .parquet, .npy or .npz, or the images of an IDX pair",
          parse: String,
          placeholder: "source",
        },
      ],
    },
    flags: trainFlags,
  },
  docs: {
    brief: "Fit a classifier, measure it on held-out rows, write the model and a report",
    fullDescription:
      "Fits softmax regression (for two classes logistic regression), or with --hidden a network of dense layers, measures it on rows that were held out, and writes the model and an HTML report.\n\nExample: sigmax train fashion-mnist --hidden 256:relu --epochs 10 --out fashion.sigmax",
  },
});
