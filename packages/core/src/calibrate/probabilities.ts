import type { Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkProbabilities } from "../evaluate/scores.ts";
import { log, log1p } from "../kernels/elementary.ts";

/**
 * Logits of probabilities that came from elsewhere: ln p, and −Infinity for 0. One column is the probability of the
 * second of two classes, and becomes two. Logits from their source are better where there are any: a probability near 1
 * has lost the digits of 1 − p.
 *
 * @throws InputError unless each is in [0, 1] and each row of two columns or more sums to 1 within 1e-4
 */
export function logitsOfProbabilities(probabilities: Probabilities): Logits {
  const where = "logitsOfProbabilities";
  const { rows, columns, values } = probabilities;
  if (columns < 1 || values.length !== rows * columns)
    throw new InputError(
      `${where}: ${rows} rows of ${columns} columns need ${rows * columns} probabilities, got ${values.length}`,
    );
  if (columns > 1) {
    checkProbabilities(where, probabilities);
    return { rows, columns, values: values.map((p) => log(p)), unit: "logits" };
  }
  const output = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const p: number = values[row];
    if (!(p >= 0 && p <= 1))
      throw new InputError(`${where}: probabilities must be in [0, 1], got ${p} at row ${row}`);
    output[2 * row] = p === 0 ? 0 : log1p(-p); // not −0
    output[2 * row + 1] = log(p);
  }
  return { rows, columns: 2, values: output, unit: "logits" };
}
