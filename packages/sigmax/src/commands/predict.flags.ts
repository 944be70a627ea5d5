import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, names, number, quietFlag, whole } from "./flags.ts";
import { fileFlags, type FileFlags } from "./table.flags.ts";

const share = number("--intervals", (value) => value > 0 && value < 1, "a confidence above 0 and below 1");

export interface PredictFlags extends FileFlags {
  readonly out?: string;
  readonly keep?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly intervals?: number;
  readonly explain?: number;
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
        brief: "The file to write, .csv, .jsonl or .parquet [CSV to stdout]",
        placeholder: "file",
      },
      keep: {
        kind: "parsed",
        parse: names("--keep"),
        optional: true,
        brief: "Columns of the source to carry along, with commas: id,name",
        placeholder: "a,b",
      },
      intervals: {
        kind: "parsed",
        parse: (text: string) => (text === "" ? 0.95 : share(text)),
        inferEmpty: true,
        optional: true,
        brief: "An interval for every probability, of this confidence [0.95]",
        placeholder: "confidence",
      },
      explain: {
        kind: "parsed",
        parse: whole("--explain", 0),
        optional: true,
        brief: "Show one row instead, counted from 0: what each column adds to its log-odds",
        placeholder: "row",
      },
      ...fileFlags,
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
