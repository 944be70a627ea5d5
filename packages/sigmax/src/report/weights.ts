import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import type { Html } from "./html.ts";
import { weightImages } from "./weight-images.ts";
import { weightTable } from "./weight-table.ts";

/** The weights: an image for each class where the columns are pixels, else a table tinted like a heat map. */
export function weights(data: ReportData): Html {
  const content = data.image === null ? weightTable(data) : weightImages(data, data.image);
  return section("weights", "What speaks for each class", content);
}
