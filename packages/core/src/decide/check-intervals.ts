import type { Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLength } from "./check.ts";

/** @throws InputError unless every interval is in [0, 1] and holds its probability */
export function checkIntervals(
  where: string,
  { values, columns }: Probabilities,
  low: Float64Array,
  high: Float64Array,
): void {
  checkLength(where, "low ends", low, values.length);
  checkLength(where, "high ends", high, values.length);
  // A probability may stand on an end of its interval, so what rounding moves across it is let through.
  for (let i = 0; i < values.length; i++)
    if (!(low[i] >= 0 && low[i] <= values[i] + 1e-9 && high[i] >= values[i] - 1e-9 && high[i] <= 1))
      throw new InputError(
        `${where}: intervals must be in [0, 1] and hold their probability, got ${low[i]} to ${high[i]} around ${values[i]} at row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
}
