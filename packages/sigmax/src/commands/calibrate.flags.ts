import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, names, number, quietFlag, whole } from "./flags.ts";
import { tableFlags, type TableFlags } from "./table.flags.ts";

export interface CalibrateFlags extends Pick<TableFlags, "target" | "classes" | "delimiter" | "decimal"> {
  readonly logits?: string[];
  readonly probabilities?: string[];
  readonly method: "auto" | "temperature" | "vector" | "platt" | "beta" | "isotonic" | "identity";
  readonly out?: string;
  readonly report?: string;
  readonly split?: string;
  readonly guarantee?: string;
  readonly sets: "lac" | "aps" | "raps" | "none";
  readonly coverage: number;
  readonly alpha?: number;
  readonly by: string;
  readonly targetRisk?: number;
  readonly confidence: number;
  readonly folds: number;
  readonly group?: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const isShare = (value: number): boolean => value > 0 && value < 1;

export const calibrateCommand: Command<CommandContext> = buildCommand<
  CalibrateFlags,
  [first: string, source?: string]
>({
  loader: async () => (await import("./calibrate.ts")).calibrate,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief:
            "A model file that train wrote; with --logits or --probabilities the rows with these columns",
          parse: String,
          placeholder: "model|source",
        },
        {
          brief:
            "Rows with their true classes: the source of the training rows, or rows the model has not seen",
          parse: String,
          placeholder: "source",
          optional: true,
        },
      ],
    },
    flags: {
      logits: {
        kind: "parsed",
        parse: names("--logits"),
        optional: true,
        brief: "Columns of another model's logits, one per class, or one: that of the second of two",
        placeholder: "z0,z1,z2",
      },
      probabilities: {
        kind: "parsed",
        parse: names("--probabilities"),
        optional: true,
        brief: "Columns of another model's probabilities, likewise",
        placeholder: "p0,p1,p2",
      },
      target: tableFlags.target,
      classes: tableFlags.classes,
      delimiter: tableFlags.delimiter,
      decimal: tableFlags.decimal,
      method: {
        kind: "enum",
        values: ["auto", "temperature", "vector", "platt", "beta", "isotonic", "identity"],
        default: "auto",
        brief: "auto: the simplest that cross-validation within the calibration rows does not find worse",
      },
      out: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The model file to write [<name>.calibrated.sigmax]",
        placeholder: "file",
      },
      report: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The report to write, or none [beside the model]",
        placeholder: "file|none",
      },
      split: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief:
          "Of rows with scores, shares to calibrate/guarantee/test, or none: calibrate on all [0.5/0.25/0.25]",
        placeholder: "0.5/0.25/0.25",
      },
      guarantee: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "A separate source for what is guaranteed [the rows kept for that]",
        placeholder: "source",
      },
      sets: {
        kind: "enum",
        values: ["lac", "aps", "raps", "none"],
        default: "lac",
        brief: "Label sets, fitted on the guarantee rows: lac smallest, aps adaptive, raps for many classes",
      },
      coverage: {
        kind: "parsed",
        parse: number("--coverage", () => true, "a number"),
        default: "0.9",
        brief: "The share of rows whose set shall hold their true class",
      },
      alpha: {
        kind: "parsed",
        parse: number("--alpha", isShare, "a number above 0 and below 1"),
        optional: true,
        brief: "Of several labels: the share of a row's labels that its set may miss [1 − coverage]",
        placeholder: "0.1",
      },
      by: {
        kind: "parsed",
        parse: String,
        default: "all",
        brief: "For whom that shall hold: all rows, each true class, or each value of a column",
        placeholder: "all|class|column",
      },
      targetRisk: {
        kind: "parsed",
        parse: number("--target-risk", isShare, "a number above 0 and below 1"),
        optional: true,
        brief: "Also promise: at most this share of accepted rows has a wrong label",
        placeholder: "0.01",
      },
      confidence: {
        kind: "parsed",
        parse: number("--confidence", isShare, "a number above 0 and below 1"),
        default: "0.9",
        brief: "How sure that promise is",
      },
      folds: {
        kind: "parsed",
        parse: whole("--folds", 2),
        default: "10",
        brief: "Of the cross-validation that chooses the method",
      },
      group: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "A column of groups (patients) that stay whole in the folds and in the division",
        placeholder: "column",
      },
      seed: {
        kind: "parsed",
        parse: whole("--seed", 0),
        default: "0",
        brief: "Where all randomness comes from",
      },
      json: jsonFlag,
      quiet: quietFlag,
    },
  },
  docs: {
    brief: "Make a model's probabilities match frequencies, and fit what can be guaranteed of it",
    fullDescription:
      "Chooses and fits a calibrator on rows kept for it, and label sets with a promised coverage on rows kept for that; writes a model with both. With --logits or --probabilities the scores may come from anywhere.\n\nExample: sigmax train breast-cancer --split 0.6/0.15/0.15/0.1, then sigmax calibrate breast-cancer.sigmax breast-cancer\nExample: sigmax calibrate scores.csv --probabilities p --target died",
  },
});
