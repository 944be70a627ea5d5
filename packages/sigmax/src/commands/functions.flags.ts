import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag } from "./flags.ts";

export interface FunctionsFlags {
  readonly out?: string;
  readonly json?: boolean;
}

export const functionsCommand: Command<CommandContext> = buildCommand<FunctionsFlags, [name?: string]>({
  loader: async () => (await import("./functions.ts")).showFunctions,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "One activation, as elu", parse: String, placeholder: "name", optional: true }],
    },
    flags: {
      out: {
        kind: "parsed",
        parse: String,
        brief: "Write the atlas to this HTML file: formulas, graphs, what was measured",
        placeholder: "file",
        optional: true,
      },
      json: jsonFlag,
    },
  },
  docs: {
    brief: "Show the activation functions: formula, graph, derivative, strengths and weaknesses",
    fullDescription:
      "Lists the activation functions that networks are made of, or draws one of them with its derivative. The name attention steps through attention.\n\nWith --out the same, with formulas set as formulas, is one HTML page.\n\nExample: sigmax functions elu",
  },
});
