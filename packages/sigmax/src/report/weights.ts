import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { nothing, type Html } from "./html.ts";
import { weightImages } from "./weight-images.ts";
import { weightTable } from "./weight-table.ts";

/**
 * The weights: an image for each class where the columns are pixels, else a table tinted like a heat map; nothing
 * where the coefficients, which say the same in the user's units, have a section.
 */
export function weights(data: ReportData): Html {
  const { weights: own, image } = data;
  if (data.coefficients.length > 0 || own === null) return nothing;
  const content = image === null ? weightTable(data, own) : weightImages(data, own, image);
  return section("weights", "What speaks for each class", content);
}
