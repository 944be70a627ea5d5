import type { TypedFlagParameter } from "@stricli/core";
import type { TableOptions } from "../sources/table.ts";
import { names } from "./flags.ts";

/** How a file of a table is written. */
export interface FileFlags {
  readonly delimiter?: string;
  readonly decimal?: "." | ",";
  readonly missing?: string[];
}

/** What a user may say of a table's columns. */
export interface TableFlags extends FileFlags {
  readonly target?: string;
  readonly classes?: string[];
  readonly features?: string[];
  readonly exclude?: string[];
  readonly categorical?: string[];
  readonly numeric?: string[];
}

const listed = { kind: "parsed", optional: true, placeholder: "a,b" } as const;

/** The flags themselves, for commands that read a file as a model takes it. */
export const fileFlags: { [K in keyof FileFlags]-?: TypedFlagParameter<FileFlags[K]> } = {
  delimiter: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "What stands between two fields [the likeliest of , ; tab |]",
    placeholder: ";",
  },
  decimal: { kind: "enum", values: [".", ","], optional: true, brief: "The decimal sign [.]" },
  missing: {
    ...listed,
    parse: names("--missing"),
    brief: "Texts that mean a missing value, beside the empty one [NA, NaN, null, ?, …]",
  },
};

/** For commands that read any table. */
export const tableFlags: { [K in keyof TableFlags]-?: TypedFlagParameter<TableFlags[K]> } = {
  target: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "The column to predict",
    placeholder: "column",
  },
  classes: {
    ...listed,
    parse: names("--classes", 2),
    brief: "Class names in order, with commas [numbers ascending, else by code point]",
  },
  features: {
    ...listed,
    parse: names("--features"),
    brief: "The columns to learn from [all but the target]",
  },
  exclude: { ...listed, parse: names("--exclude"), brief: "Columns to leave out" },
  categorical: {
    ...listed,
    parse: names("--categorical"),
    brief: "Columns of categories, even if they look like numbers",
  },
  numeric: {
    ...listed,
    parse: names("--numeric"),
    brief: "Columns of numbers: anything else in them is refused",
  },
  ...fileFlags,
};

/** The same as the readers take it, and which columns hold texts. */
export function tableOptions(flags: TableFlags & Pick<TableOptions, "text">): TableOptions {
  const { target, classes, features, exclude, categorical, numeric, text, delimiter, decimal, missing } =
    flags;
  return { target, classes, features, exclude, categorical, numeric, text, delimiter, decimal, missing };
}
