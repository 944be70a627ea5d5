import type { Classifier } from "@sigmax/core";
import { bodyFacts } from "@sigmax/core/model";

/** The shapes that activations have learned, a sentence for each layer that has some: "prelu, 16 slopes: mean 0.31, from 0.02 to 0.77". */
export function learnedShapes({ body }: Pick<Classifier, "body">): string[] {
  if (body === null) return [];
  return bodyFacts(body).flatMap(({ kind, slopes }) => {
    if (slopes.length === 0) return [];
    const what = kind.endsWith("swish") ? "β" : "slope";
    if (slopes.length === 1) return [`${kind}, one ${what}: ${digits(slopes[0])}`];
    const mean = slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length;
    const range = `from ${digits(slopes.reduce((a, b) => Math.min(a, b)))} to ${digits(slopes.reduce((a, b) => Math.max(a, b)))}`;
    return [`${kind}, ${slopes.length} ${what}${what === "β" ? "" : "s"}: mean ${digits(mean)}, ${range}`];
  });
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
