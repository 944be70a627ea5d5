import { printJson, printLines, table } from "../output.ts";
import { datasets } from "../sources/datasets.ts";
import type { DatasetsFlags } from "./datasets.flags.ts";

export function listDatasets(flags: DatasetsFlags): void {
  const rows = datasets.map((dataset) => {
    const { name, about, rows: size, classes, license, origin } = dataset;
    const path = dataset.locate();
    return { name, about, size, classes, license, origin, isPresent: path !== null, path };
  });
  if (flags.json) printJson({ datasets: rows });
  else
    printLines([
      ...table([
        ["name", "rows × columns", "classes", "licence", "here", "from"],
        ...rows.map((row) => [
          row.name,
          row.size,
          row.classes,
          row.license,
          row.isPresent ? "yes" : "no",
          row.origin,
        ]),
      ]),
      "",
      "One that is not here is downloaded from its publisher when it is first used.",
    ]);
}
