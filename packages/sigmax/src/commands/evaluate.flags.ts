import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, quietFlag, whole } from "./flags.ts";
import { fileFlags, type FileFlags } from "./table.flags.ts";

export interface EvaluateFlags extends FileFlags {
  readonly rows?: "test" | "calibrate" | "guarantee" | "train" | "validate" | "all";
  readonly target?: string;
  readonly report?: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly against?: string;
  readonly positive?: string;
  readonly policy?: string;
  readonly by?: string;
}

export const evaluateCommand: Command<CommandContext> = buildCommand<
  EvaluateFlags,
  [model: string, source: string]
>({
  loader: async () => (await import("./evaluate.ts")).evaluateModel,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "A model file that train wrote", parse: String, placeholder: "model" },
        { brief: "Rows with their true classes, or labels", parse: String, placeholder: "source" },
      ],
    },
    flags: {
      rows: {
        kind: "enum",
        values: ["test", "calibrate", "guarantee", "train", "validate", "all"],
        optional: true,
        brief: "Of a source the model knows: which rows [test]",
      },
      target: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The column with the true classes, or that lists the labels [the model's]",
      },
      report: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "A report to write, one HTML file with pictures [none]",
        placeholder: "file",
      },
      seed: {
        kind: "parsed",
        parse: whole("--seed", 0),
        default: "0",
        brief: "Seed of the intervals that are resampled",
      },
      against: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Another model, compared with this one on the same rows",
        placeholder: "model",
      },
      positive: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Of two classes the event, for the AUC [the last]",
        placeholder: "class",
      },
      policy: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief:
          "A policy of costs, as decide takes it: what it costs on these rows, beside doing always the same",
        placeholder: "policy.json",
      },
      by: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "A column: the figures for each of its values",
        placeholder: "column",
      },
      ...fileFlags,
      json: jsonFlag,
      quiet: quietFlag,
    },
  },
  docs: {
    brief: "Measure a model: accuracy, log-loss, Brier score, calibration error, each with its interval",
    fullDescription:
      "Measures a model on rows with known classes. On the source it was trained on, only rows held out for testing are used unless --rows says otherwise.\n\nExample: sigmax evaluate fashion.sigmax fashion-mnist",
  },
});
