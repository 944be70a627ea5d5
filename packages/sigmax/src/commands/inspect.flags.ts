import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag, labelsFlag } from "./flags.ts";
import { tableFlags, type TableFlags } from "./table.flags.ts";
import { textFlags, type TextFlags } from "./text.flags.ts";

export interface InspectFlags extends TableFlags, TextFlags {
  readonly labels?: string;
  readonly json?: boolean;
}

export const inspectCommand: Command<CommandContext> = buildCommand<InspectFlags, [thing: string]>({
  loader: async () => (await import("./inspect.ts")).inspect,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "A model file or a source", parse: String, placeholder: "model or source" }],
    },
    flags: {
      ...tableFlags,
      ...textFlags,
      labels: labelsFlag,
      json: jsonFlag,
    },
  },
  docs: {
    brief: "Show what is in a model file or a source",
    fullDescription:
      "Shows a model's classes, columns, parameters, training run and ledger, or a source's rows, columns and balance of classes or labels; of columns of texts, which terms they have.\n\nExample: sigmax inspect fashion.sigmax",
  },
});
