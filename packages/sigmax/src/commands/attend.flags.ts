import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, number, whole } from "./flags.ts";
import { fileFlags, type FileFlags } from "./table.flags.ts";

export interface AttendFlags extends FileFlags {
  readonly row: number;
  readonly class?: string;
  readonly remove?: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

export const attendCommand: Command<CommandContext> = buildCommand<
  AttendFlags,
  [model: string, source: string]
>({
  loader: async () => (await import("./attend.ts")).attend,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "A model with a body of attention", parse: String, placeholder: "model" },
        { brief: "Rows, with or without their classes", parse: String, placeholder: "source" },
      ],
    },
    flags: {
      row: {
        kind: "parsed",
        parse: whole("--row", 0),
        brief: "The row to look at, counted from 0",
        placeholder: "row",
      },
      class: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The class whose log-odds are followed [the most probable]",
        placeholder: "class",
      },
      remove: {
        kind: "parsed",
        parse: number("--remove", (share) => share > 0 && share < 1, "a share above 0 and below 1"),
        optional: true,
        brief: "Share of the tokens that are taken away [0.2]",
        placeholder: "share",
      },
      seed: {
        kind: "parsed",
        parse: whole("--seed", 0),
        default: "0",
        brief: "Of the tokens taken away at random",
      },
      out: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "A page to write, one HTML file: by head and block, over the picture",
        placeholder: "file",
      },
      ...fileFlags,
      json: jsonFlag,
    },
  },
  docs: {
    brief: "Show what one row's tokens attend to, and whether that explains the prediction",
    fullDescription:
      "Shows the attention of one row, and what becomes of a class's log-odds when the tokens most attended to are taken away, against as many taken at random.\n\nExample: sigmax attend fashion.sigmax fashion-mnist:test --row 7 --out attention.html",
  },
});
