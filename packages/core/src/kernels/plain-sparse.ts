import type { SparseLanes, SparseLanesData, SparseLayer, SparseLogits } from "./compressed-rows.ts";
import { exp, log1p } from "./elementary.ts";

/** Of `createSparseLanes` the plain loops. */
export function plainSparseLanes(data: SparseLanesData): SparseLanes {
  const { rows, columns, lanes, starts, indices, values, sampleWeights } = data;
  const marks = new Uint8Array(rows * lanes);

  const forwardRow = (row: number, v: Float64Array, t: Float64Array): void => {
    for (let lane = 0; lane < lanes; lane++) {
      let sum = v[columns * lanes + lane];
      for (let i = starts[row]; i < starts[row + 1]; i++) sum += values[i] * v[indices[i] * lanes + lane];
      t[row * lanes + lane] = sum;
    }
  };
  const backwardRow = (
    row: number,
    of: (row: number, lane: number) => number,
    q: Float64Array,
    isSquared = false,
  ): void => {
    for (let lane = 0; lane < lanes; lane++) {
      const r = of(row, lane);
      for (let i = starts[row]; i < starts[row + 1]; i++)
        q[indices[i] * lanes + lane] += (isSquared ? values[i] * values[i] : values[i]) * r;
      q[columns * lanes + lane] += r;
    }
  };
  /** Calls for each entry of a vector of so many places, with its lane. */
  const forEach = (count: number, use: (i: number, lane: number) => void): void => {
    for (let i = 0; i < count * lanes; i++) use(i, i % lanes);
  };

  return {
    rows,
    columns,
    lanes,
    marks,
    vectors: (places) => ({ at: 0, values: new Float64Array(places * lanes) }),
    forward(v, t) {
      for (let row = 0; row < rows; row++) forwardRow(row, v.values, t.values);
    },
    backward(t, q) {
      q.values.fill(0);
      for (let row = 0; row < rows; row++)
        backwardRow(row, (_, lane) => t.values[row * lanes + lane], q.values);
    },
    squares(t, q) {
      for (let row = 0; row < rows; row++)
        backwardRow(row, (_, lane) => t.values[row * lanes + lane], q.values, true);
    },
    product(v, d, t, q) {
      q.values.fill(0);
      for (let row = 0; row < rows; row++) {
        forwardRow(row, v.values, t.values);
        backwardRow(row, (_, lane) => d.values[row * lanes + lane] * t.values[row * lanes + lane], q.values);
      }
    },
    look(z, d, steps, residuals, curvatures, sums) {
      sums.values.fill(0, 0, 3 * lanes);
      forEach(rows, (i, lane) => {
        const s = sampleWeights ? sampleWeights[(i - lane) / lanes] : 1;
        const t = d.values[i];
        const margin = z.values[i] + steps.values[lane] * t;
        const u = marks[i] === 1 ? -margin : margin;
        const e = exp(-Math.abs(u));
        const share = 1 / (1 + e);
        const p = u >= 0 ? share : e * share;
        residuals.values[i] = s * (marks[i] === 1 ? -p : p);
        curvatures.values[i] = s * (e * share * share);
        sums.values[lane] += s * (Math.max(u, 0) + log1p(e));
        sums.values[lanes + lane] += residuals.values[i] * t;
        sums.values[2 * lanes + lane] += curvatures.values[i] * t * t;
      });
    },
    add(x, factors, y, count) {
      forEach(count, (i, lane) => {
        y.values[i] += factors.values[lane] * x.values[i];
      });
    },
    penalize(w, penalty, q, count, sums) {
      sums.values.fill(0, 0, 2 * lanes);
      forEach(count, (i, lane) => {
        q.values[i] += penalty * w.values[i];
        sums.values[lane] += q.values[i] * q.values[i];
        sums.values[lanes + lane] += w.values[i] * w.values[i];
      });
    },
    begin(g, m, r, s, p, count, sums) {
      sums.values.fill(0, 0, lanes);
      s.values.fill(0);
      forEach(count, (i, lane) => {
        m.values[i] = 1 / m.values[i];
        r.values[i] = -g.values[i];
        p.values[i] = m.values[i] * r.values[i];
        sums.values[lane] += r.values[i] * p.values[i];
      });
    },
    curve(p, penalty, q, count, sums) {
      sums.values.fill(0, 0, lanes);
      forEach(count, (i, lane) => {
        q.values[i] += penalty * p.values[i];
        sums.values[lane] += p.values[i] * q.values[i];
      });
    },
    advance(p, q, m, steps, s, r, count, sums) {
      sums.values.fill(0, 0, lanes);
      forEach(count, (i, lane) => {
        s.values[i] += steps.values[lane] * p.values[i];
        r.values[i] -= steps.values[lane] * q.values[i];
        sums.values[lane] += r.values[i] * r.values[i] * m.values[i];
      });
    },
    turn(m, r, factors, p, count) {
      forEach(count, (i, lane) => {
        p.values[i] = m.values[i] * r.values[i] + factors.values[lane] * p.values[i];
      });
    },
  };
}

/** Of `createSparseLogits` the plain loop, with the same bits. */
export function plainSparseLogits({ weights, bias }: SparseLayer): SparseLogits {
  const outputs = bias.length;
  const columns = weights.length / outputs;
  return ({ rows, starts, indices, values }) => {
    const logits = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < outputs; k++) {
        let sum = bias[k];
        for (let i = starts[row]; i < starts[row + 1]; i++)
          sum = Math.fround(sum + Math.fround(values[i] * weights[k * columns + indices[i]]));
        logits[row * outputs + k] = sum;
      }
    return logits;
  };
}
