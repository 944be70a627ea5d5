import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, names, quietFlag } from "./flags.ts";

export interface PredictFlags {
  readonly out?: string;
  readonly keep?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const predictCommand: Command<CommandContext> = buildCommand<
  PredictFlags,
  [model: string, source: string]
>({
  loader: async () => (await import("./predict.ts")).predict,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "A model file that train wrote", parse: String, placeholder: "model" },
        { brief: "Rows, with or without their classes", parse: String, placeholder: "source" },
      ],
    },
    flags: {
      out: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The file to write, .csv or .jsonl [CSV to stdout]",
        placeholder: "file",
      },
      keep: {
        kind: "parsed",
        parse: names("--keep"),
        optional: true,
        brief: "Columns of the source to carry along, with commas: id,name",
        placeholder: "a,b",
      },
      json: jsonFlag,
      quiet: quietFlag,
    },
  },
  docs: {
    brief: "Give every row its probabilities and its most probable class",
    fullDescription:
      "Writes one row per row of the source, in order: the columns to keep, the label, and a probability per class. A table's columns are found by name.\n\nExample: sigmax predict tumours.sigmax new.csv --keep id --out predictions.csv",
  },
});
