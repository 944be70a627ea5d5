import { InputError } from "@sigmax/core";
import type { Role } from "@sigmax/core/data";
import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, names, number, quietFlag, whole } from "./flags.ts";
import { fileFlags, type FileFlags } from "./table.flags.ts";

export interface DecideFlags extends FileFlags {
  readonly policy?: string;
  readonly out?: string;
  readonly report?: string;
  readonly keep?: string[];
  readonly rows: Exclude<Role, "unused"> | "all";
  readonly prevalence?: ReadonlyMap<string, number>;
  readonly intervals?: number | "none";
  readonly explain?: number;
  readonly readings?: string;
  readonly readerLog?: string;
  readonly target?: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const share = number(
  "--intervals",
  (value) => value > 0 && value < 1,
  "a confidence above 0 and below 1, or none",
);

/** "malignant=0.03,benign=0.97"; a name may hold "=", the share is behind the last. */
function sharesOfClasses(text: string): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const part of text.split(",")) {
    const [, name = "", written = ""] = /^(.*)=(.*)$/.exec(part) ?? [];
    const value = written.trim() === "" ? Number.NaN : Number(written);
    if (name.trim() === "" || !(value > 0 && value < 1) || shares.has(name.trim()))
      throw new InputError(
        `--prevalence: expected different classes, each with its share above 0 and below 1, such as malignant=0.03; got ${text}`,
      );
    shares.set(name.trim(), value);
  }
  return shares;
}

export const decideCommand: Command<CommandContext> = buildCommand<
  DecideFlags,
  [model: string, source: string]
>({
  loader: async () => (await import("./decide.ts")).decideRows,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "A model file, best one that calibrate wrote",
          parse: String,
          placeholder: "model",
        },
        { brief: "Rows, with or without their classes", parse: String, placeholder: "source" },
      ],
    },
    flags: {
      policy: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: 'What to do and what it costs, as JSON: {"costs": …}, {"thresholds": …} or {"targetRisk": …}',
        placeholder: "policy.json",
      },
      out: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The file to write, .csv, .jsonl or .parquet [CSV to stdout]",
        placeholder: "file",
      },
      report: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "A report to write where classes are known, one HTML file with pictures [none]",
        placeholder: "file",
      },
      keep: {
        kind: "parsed",
        parse: names("--keep"),
        optional: true,
        brief: "Columns of the source to carry along, with commas: id,name",
        placeholder: "a,b",
      },
      rows: {
        kind: "enum",
        values: ["all", "test", "calibrate", "guarantee", "train"],
        default: "all",
        brief: "Of a source the model knows: which rows; what decisions cost is measured on test rows alone",
      },
      prevalence: {
        kind: "parsed",
        parse: sharesOfClasses,
        optional: true,
        brief: "Decide as where classes are so frequent; what is guaranteed does not carry over",
        placeholder: "class=share",
      },
      intervals: {
        kind: "parsed",
        parse: (text: string) => (text === "none" ? text : share(text)),
        optional: true,
        brief: "Confidence of the intervals of the probabilities, or none [0.95 where the model can]",
        placeholder: "confidence",
      },
      explain: {
        kind: "parsed",
        parse: whole("--explain", 0),
        optional: true,
        brief: "Show one case instead, counted from 0: what was decided, why, and what is promised",
        placeholder: "row",
      },
      readings: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "What a reader said of referred rows: a table with the columns row and reader",
        placeholder: "file",
      },
      readerLog: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Earlier answers of that reader: a table with the columns reader and the true class",
        placeholder: "file",
      },
      target: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The column with the true classes, where they are known [the model's]",
        placeholder: "column",
      },
      seed: {
        kind: "parsed",
        parse: whole("--seed", 0),
        default: "0",
        brief: "Seed of the intervals that are resampled, and of folds",
      },
      ...fileFlags,
      json: jsonFlag,
      quiet: quietFlag,
    },
  },
  docs: {
    brief: "Act on every row or refer it to a person, by a policy, with reasons",
    fullDescription:
      'Takes for every row the action that the policy prefers, or refers the row, and says why and what is promised. Where the true classes are known, it also says what the decisions cost.\n\nA policy: {"costs": {"treat": {"benign": 1, "malignant": 0}, "wait": {"benign": 0, "malignant": 50}, "refer": 2}}\n\nExample: sigmax decide tumours.calibrated.sigmax new.csv --policy policy.json --keep id --out decisions.csv\nExample: sigmax decide tumours.calibrated.sigmax new.csv --policy policy.json --explain 14',
  },
});
