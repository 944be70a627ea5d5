import type { LabelSets, Logits } from "../data/index.ts";

/** How well the labels of a row are ranked above those it does not carry; each null where no row counts. */
export interface LabelRanking {
  /**
   * Label ranking average precision, in (0, 1], higher is better: over a row's labels, the share of labels ranked at or
   * above it that the row carries; mean over rows that carry one.
   */
  readonly averagePrecision: number | null;
  /**
   * The share of pairs (carried, not carried) in the wrong order, ties wrong, in [0, 1], lower is better; mean over rows
   * that have such pairs.
   */
  readonly rankingLoss: number | null;
  /** How far down the ranking one must go to meet all labels of a row, in [1, labels]; mean over rows that carry one. */
  readonly coverageError: number | null;
  /** Rows that carry a label, and rows that also lack one. */
  readonly labeledRows: number;
  readonly pairedRows: number;
}

/**
 * Ranking figures of label scores. scikit-learn's functions of these names count a row without labels as 1, 0 and 0, which
 * flatters or blurs the mean; here such rows do not count, so the figures equal scikit-learn's on the rows that do.
 *
 * @see Tsoumakas, Katakis & Vlahavas, Mining multi-label data (2010), §7
 */
export function labelRanking(logits: Logits, { values: marks }: LabelSets): LabelRanking {
  const { rows, columns, values } = logits;
  let precision = 0;
  let loss = 0;
  let depth = 0;
  let labeledRows = 0;
  let pairedRows = 0;
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    const end = start + columns;
    let carried = 0;
    for (let i = start; i < end; i++) carried += marks[i];
    if (carried === 0) continue;
    labeledRows++;
    let shares = 0;
    let wrong = 0;
    let deepest = 0;
    for (let i = start; i < end; i++) {
      if (marks[i] === 0) continue;
      let above = 0;
      let own = 0;
      for (let j = start; j < end; j++) {
        if (!(values[j] >= values[i])) continue;
        above++;
        own += marks[j];
      }
      shares += own / above;
      wrong += above - own;
      deepest = Math.max(deepest, above);
    }
    precision += shares / carried;
    depth += deepest;
    if (carried === columns) continue;
    pairedRows++;
    loss += wrong / (carried * (columns - carried));
  }
  const over = (sum: number, count: number): number | null => (count === 0 ? null : sum / count);
  return {
    averagePrecision: over(precision, labeledRows),
    rankingLoss: over(loss, pairedRows),
    coverageError: over(depth, labeledRows),
    labeledRows,
    pairedRows,
  };
}
