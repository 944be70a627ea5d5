import { projectOntoCone, type ConeConstraints } from "./cone-projection.ts";

/** Rows as the question of separation needs them. */
export interface SeparationData {
  /** rows × columns, row-major */
  readonly values: Uint8Array | Float32Array | Float64Array;
  readonly columns: number;
  /** The class of each row. */
  readonly labels: Int32Array;
  /** As in θ: 1 for the sigmoid, else the number of classes. */
  readonly outputs: number;
  /** s of each row; null: 1. Rows of weight 0 do not count. */
  readonly sampleWeights: Float64Array | null;
}

export interface Separation {
  /**
   * `complete`: along the direction every row's own class gains on all others. `quasi`: none loses, and some gain;
   * no direction does better. `none`: every direction costs some row, so the likelihood has a maximum.
   */
  readonly kind: "none" | "quasi" | "complete";
  /** The direction, laid out as θ, for columns as they are; zeros where there is none. */
  readonly direction: Float64Array;
  /**
   * The columns that separate on their own, else a set that does so together and of which none can be spared.
   * None where a class has no rows.
   */
  readonly columns: readonly number[];
  /** Whether each of the columns does so on its own. */
  readonly alone: boolean;
}

/** A gain below this share of the largest possible one is none: columns are known to some 16 digits only. */
const negligible = 1e-8;

/**
 * Decides whether the classes are separated. Row i of class y says (w_y − w_k)·x̃ᵢ ≥ 0 for every other class k; these
 * make a cone of directions along which the likelihood never falls. The sum of all gains is projected onto it: the
 * result is 0 only if nothing in the cone gains. Rows that gained are left out of the sum and the rest asked again,
 * so the direction found gains wherever any can.
 *
 * @param chosen columns that may take part, as those without a penalty do; the intercepts always may
 * @returns null when rounding leaves it undecided
 * @see Albert & Anderson, Biometrika 71 (1984); Konis, Linear programming algorithms for detecting separated data
 *   (2007), whose linear program has the same cone
 */
export function findSeparation(data: SeparationData, chosen: readonly number[]): Separation | null {
  const found = separate(data, chosen, false);
  if (found === null) return null;
  const { kind, direction } = found;
  // A class without rows loses by its intercept alone: no column is to blame.
  if (kind === "none" || separates(data, [])) return { kind, direction, columns: [], alone: false };
  const single = chosen.filter((j) => separates(data, [j]));
  const alone = single.length > 0;
  return { kind, direction, columns: alone ? single : indispensable(data, found), alone };
}

function separates(data: SeparationData, chosen: readonly number[]): boolean {
  const found = separate(data, chosen, true);
  return found !== null && found.kind !== "none";
}

/** Leaves out one column after the other, the smallest weights first, while the rest separate. */
function indispensable(data: SeparationData, { sizes }: { sizes: Float64Array }): number[] {
  let kept = [...sizes.keys()].filter((j) => sizes[j] > 0).toSorted((a, b) => sizes[a] - sizes[b]);
  for (const j of kept.slice()) {
    const rest = kept.filter((other) => other !== j);
    if (separates(data, rest)) kept = rest;
  }
  return kept.toSorted((a, b) => a - b);
}

interface Found extends Pick<Separation, "kind" | "direction"> {
  /** Largest weight of each column over the classes, per standard deviation. */
  readonly sizes: Float64Array;
}

/** With the chosen columns alone. `briefly`: whether at all; then `complete` is not told from `quasi`. */
function separate(data: SeparationData, chosen: readonly number[], briefly: boolean): Found | null {
  const space = contrasts(data, chosen);
  const { outputs, columns } = data;
  const size = chosen.length + 1;
  const total = new Float64Array(outputs * size);
  const open = new Uint8Array(space.count).fill(1);
  let left = space.present;
  let found = false;
  while (left > 0) {
    const beta = projectOntoCone(space.sumOf(open), space);
    if (beta === null) return null;
    const length = Math.sqrt(beta.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) break;
    const gained = space.close(open, beta, negligible * length);
    if (gained === 0) break;
    left -= gained;
    found = true;
    for (let i = 0; i < total.length; i++) total[i] += beta[i] / length;
    if (briefly) break;
  }
  const sizes = new Float64Array(columns);
  const direction = new Float64Array(outputs * (columns + 1));
  for (let k = 0; k < outputs; k++) {
    let intercept = total[k * size + chosen.length];
    chosen.forEach((j, c) => {
      const weight = total[k * size + c];
      sizes[j] = Math.max(sizes[j], Math.abs(weight) * (space.spreads[c] > 0 ? 1 : 0));
      const own = space.spreads[c] > 0 ? weight / space.spreads[c] : 0;
      direction[k * columns + j] = own;
      intercept -= own * space.means[c];
    });
    direction[outputs * columns + k] = intercept;
  }
  return { kind: !found ? "none" : left > 0 ? "quasi" : "complete", direction, sizes };
}

/** The vectors (e_y − e_k) ⊗ x̃ᵢ of the chosen columns, centered and scaled, each of length 1. */
interface Contrasts extends ConeConstraints {
  readonly count: number;
  /** How many belong to rows that count. */
  readonly present: number;
  readonly means: Float64Array;
  readonly spreads: Float64Array;
  sumOf(open: Uint8Array): Float64Array;
  /** Closes those that gain more than a threshold. @returns how many */
  close(open: Uint8Array, beta: Float64Array, threshold: number): number;
}

function contrasts(
  { values, columns, labels, outputs, sampleWeights }: SeparationData,
  chosen: readonly number[],
): Contrasts {
  const rows = labels.length;
  const size = chosen.length + 1;
  const { means, spreads } = momentsOf(values, columns, chosen, rows);
  // Each row (x, 1), so long that its contrasts have length 1.
  const x = new Float64Array(rows * size).fill(1);
  for (let row = 0, start = 0; row < rows; row++, start += size) {
    let squares = 1;
    for (let c = 0; c < size - 1; c++) {
      const centered = values[row * columns + chosen[c]] - means[c];
      x[start + c] = spreads[c] > 0 ? centered / spreads[c] : 0;
      squares += x[start + c] * x[start + c];
    }
    const length = Math.sqrt(outputs === 1 ? squares : 2 * squares);
    for (let c = 0; c < size; c++) x[start + c] /= length;
  }
  // One other class per row where there is one output, else one place for each class, the own one unused.
  const perRow = outputs;
  const add = (index: number, output: Float64Array): void => {
    const row = Math.floor(index / perRow);
    const other = index % perRow;
    for (let c = 0, at = row * size; c < size; c++, at++)
      if (outputs === 1) output[c] += labels[row] === 1 ? x[at] : -x[at];
      else {
        output[labels[row] * size + c] += x[at];
        output[other * size + c] -= x[at];
      }
  };
  const counts = (row: number, other: number): boolean =>
    sampleWeights?.[row] !== 0 && (outputs === 1 || other !== labels[row]);
  /** Calls with the gain of every contrast that counts. */
  const gains = (beta: Float64Array, visit: (index: number, gain: number) => void): void => {
    const margins = new Float64Array(outputs);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < outputs; k++) {
        let sum = 0;
        for (let c = 0, at = row * size; c < size; c++, at++) sum += x[at] * beta[k * size + c];
        margins[k] = sum;
      }
      const own = labels[row];
      for (let other = 0; other < perRow; other++) {
        if (!counts(row, other)) continue;
        const gain = outputs === 1 ? (own === 1 ? margins[0] : -margins[0]) : margins[own] - margins[other];
        visit(row * perRow + other, gain);
      }
    }
  };
  let present = 0;
  for (let row = 0; row < rows; row++)
    for (let other = 0; other < perRow; other++) if (counts(row, other)) present++;
  return {
    size: outputs * size,
    count: rows * perRow,
    present,
    means,
    spreads,
    at(index) {
      const output = new Float64Array(outputs * size);
      add(index, output);
      return output;
    },
    least(beta, except) {
      let index = -1;
      let value = Infinity;
      gains(beta, (i, gain) => {
        if (gain < value && !except.has(i)) {
          value = gain;
          index = i;
        }
      });
      return { index, value };
    },
    sumOf(open) {
      const output = new Float64Array(outputs * size);
      for (let index = 0; index < open.length; index++)
        if (open[index] === 1 && counts(Math.floor(index / perRow), index % perRow)) add(index, output);
      return output;
    },
    close(open, beta, threshold) {
      let closed = 0;
      gains(beta, (index, gain) => {
        if (open[index] === 0 || gain <= threshold) return;
        open[index] = 0;
        closed++;
      });
      return closed;
    },
  };
}

function momentsOf(
  values: SeparationData["values"],
  columns: number,
  chosen: readonly number[],
  rows: number,
): { means: Float64Array; spreads: Float64Array } {
  const means = new Float64Array(chosen.length);
  const spreads = new Float64Array(chosen.length);
  chosen.forEach((j, c) => {
    for (let row = 0; row < rows; row++) means[c] += values[row * columns + j] / rows;
    for (let row = 0; row < rows; row++) spreads[c] += (values[row * columns + j] - means[c]) ** 2 / rows;
    spreads[c] = Math.sqrt(spreads[c]);
    // A column of one value has but the rounding of its mean.
    if (spreads[c] <= 1e-14 * Math.abs(means[c])) spreads[c] = 0;
  });
  return { means, spreads };
}
