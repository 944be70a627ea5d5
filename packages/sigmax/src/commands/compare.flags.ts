import { buildCommand, type Command, type CommandContext, type FlagParametersForType } from "@stricli/core";
import { jsonFlag, names, quietFlag, whole } from "./flags.ts";
import { trainFlags, type TrainFlags } from "./train.flags.ts";

interface OwnFlags {
  readonly heads?: string[];
  readonly vary?: string;
  readonly folds?: number;
  readonly repeats?: number;
  readonly report?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Flags of `train` that say how a model is kept or tested, and not how it comes about; four mean something else here. */
type LeftOut =
  | "out"
  | "report"
  | "preset"
  | "split"
  | "test"
  | "covariance"
  | "positive"
  | "heads"
  | "folds"
  | "repeats"
  | "checkpoint"
  | "resume"
  | "threads"
  | "json"
  | "quiet";

export type CompareFlags = Omit<TrainFlags, LeftOut> & OwnFlags;

const ownFlags: FlagParametersForType<OwnFlags> = {
  heads: {
    kind: "parsed",
    parse: names("--heads", 2),
    optional: true,
    brief: "Of two classes: what one sigmoid output and two softmax outputs have in common, and what not",
    placeholder: "sigmoid,softmax",
  },
  vary: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief:
      "An option of train and its values: solver=sgd,newton, l2=0.1,1,10; inside a value + is a comma (hidden=none,16:relu+16:relu)",
    placeholder: "option=a,b",
  },
  folds: {
    kind: "parsed",
    parse: whole("--folds", 2),
    optional: true,
    brief: "Parts of the rows, each in turn held out [10]",
  },
  repeats: {
    kind: "parsed",
    parse: whole("--repeats", 1),
    optional: true,
    brief: "How often the rows are divided anew, with the next seed [3]",
  },
  report: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "A page to write, one HTML file with pictures [none]",
    placeholder: "file",
  },
  json: jsonFlag,
  quiet: quietFlag,
};

/** What `train` takes for the fit itself, just as it takes it. */
const {
  out: _out,
  report: _report,
  preset: _preset,
  split: _split,
  test: _test,
  covariance: _covariance,
  positive: _positive,
  heads: _heads,
  folds: _folds,
  repeats: _repeats,
  checkpoint: _checkpoint,
  resume: _resume,
  threads: _threads,
  json: _json,
  quiet: _quiet,
  ...fitting
} = trainFlags;

export const compareCommand: Command<CommandContext> = buildCommand<CompareFlags, [source: string]>({
  loader: async () => (await import("./compare.ts")).compare,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "Rows with classes, as train takes them", parse: String, placeholder: "source" }],
    },
    flags: { ...ownFlags, ...fitting },
  },
  docs: {
    brief: "Compare heads, solvers, penalties or anything else of train, on the same folds and seeds",
    fullDescription:
      "Fits each choice on the same folds with the same seeds, and says what differs and how surely. With --heads it first shows what one sigmoid output and two softmax outputs have in common exactly.\n\nExample: sigmax compare breast-cancer --heads sigmoid,softmax",
  },
});
