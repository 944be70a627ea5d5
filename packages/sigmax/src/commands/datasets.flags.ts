import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag } from "./flags.ts";

export interface DatasetsFlags {
  readonly json: boolean;
}

export const datasetsCommand: Command<CommandContext> = buildCommand<DatasetsFlags, []>({
  loader: async () => (await import("./datasets.ts")).listDatasets,
  parameters: { flags: { json: jsonFlag } },
  docs: {
    brief: "List the named data sets: where they come from, their licence, whether they are here",
    fullDescription: "Lists the data sets that have a name.\n\nExample: sigmax datasets",
  },
});
