import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { jsonFlag } from "./flags.ts";

export interface DatasetsFlags {
  readonly json?: boolean;
}

export const datasetsCommand: Command<CommandContext> = buildCommand<DatasetsFlags>({
  loader: async () => (await import("./datasets.ts")).listDatasets,
  parameters: { flags: { json: jsonFlag } },
  docs: {
    brief: "List the named data sets: where they come from, their licence, whether they are here",
    fullDescription:
      "Lists the data sets that have a name.\n\nOne that does not ship with Sigmax is looked for in the cache folder ($SIGMAX_CACHE, else sigmax in the user's cache folder), then where Debian's packages put data sets ($SIGMAX_DATASETS, else /usr/share/datasets), and at last downloaded into the cache folder and checked.\n\nExample: sigmax datasets",
  },
});
