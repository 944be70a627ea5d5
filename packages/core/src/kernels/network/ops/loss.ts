import { exp, log, log1p } from "../../elementary.ts";
import type { Block, Op } from "../tape.ts";

/**
 * Cross-entropy of one of K classes, and δ = s (p − y) with y smoothed: 1 − ε + ε/K for the label, ε/K for the others. The
 * loss told is that without smoothing; right is a row whose highest logit, the first of equal ones, is its label's.
 */
export function softmaxLoss(logits: Block, delta: Block): Op {
  const { columns } = logits;
  return {
    code: 17,
    operands: (room) => [room.block(logits), room.block(delta), columns],
    plain({ rows, first, order, labels, sampleWeights, labelSmoothing, totals, block }) {
      const [z, d] = [block(logits), block(delta)];
      for (let i = 0, start = 0; i < rows; i++, start += columns) {
        const row = order[first + i];
        const weight = sampleWeights?.[row] ?? 1;
        const label = labels[row];
        let top = 0;
        for (let k = 1; k < columns; k++) if (z[start + k] > z[start + top]) top = k;
        let sum = 0;
        for (let k = 0; k < columns; k++) sum += d[start + k] = exp(z[start + k] - z[start + top]);
        totals.loss += weight * (log(sum) + (z[start + top] - z[start + label]));
        if (top === label) totals.right++;
        for (let k = 0; k < columns; k++) {
          const y = (k === label ? 1 - labelSmoothing : 0) + labelSmoothing / columns;
          d[start + k] = weight * (d[start + k] / sum - y);
        }
      }
    },
  };
}

/** The same of independent sigmoids, y smoothed to 1 − ε/2 and ε/2; right is a row whose labels are all right. */
export function sigmoidLoss(logits: Block, delta: Block): Op {
  const { columns } = logits;
  return {
    code: 18,
    operands: (room) => [room.block(logits), room.block(delta), columns],
    plain({ rows, first, order, labels, sampleWeights, labelSmoothing, totals, block }) {
      const [z, d] = [block(logits), block(delta)];
      for (let i = 0, at = 0; i < rows; i++) {
        const row = order[first + i];
        const weight = sampleWeights?.[row] ?? 1;
        let isRight = true;
        for (let k = 0; k < columns; k++, at++) {
          const x = z[at];
          const y = labels[row * columns + k];
          const e = exp(-Math.abs(x));
          totals.loss += weight * (Math.max(x, 0) - x * y + log1p(e));
          if (x > 0 !== (y === 1)) isRight = false;
          const p = (x >= 0 ? 1 : e) / (1 + e);
          d[at] = weight * (p - (1 - labelSmoothing) * y - labelSmoothing / 2);
        }
        if (isRight) totals.right++;
      }
    },
  };
}
