/** Compressed sparse rows as they lie in memory: row i has the entries starts[i] … starts[i + 1] − 1. */
export interface CompressedRows {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** A vector for each of the lanes, side by side: entry i of lane l stands at i · lanes + l. */
export interface Vectors {
  readonly values: Float64Array;
  /** Where they stand in the kernels' own memory. */
  readonly at: number;
}

/**
 * What a problem on sparse rows asks of them, for some problems (lanes) at once. Over columns vectors have one place
 * more, the intercept's, as if every row ended with a one. `count` is in places, of which each holds a number per lane.
 * `sums`, `steps` and `factors` have one number per lane, or a few times as many.
 */
export interface SparseLanes {
  readonly rows: number;
  readonly columns: number;
  readonly lanes: number;
  /** rows × lanes: 1 where the row carries the lane's label. */
  readonly marks: Uint8Array;
  /** Room for so many places, zeros. Taken in the order of `SparseRoom`. */
  vectors(places: number): Vectors;
  /** T = X̃ V */
  forward(v: Vectors, t: Vectors): void;
  /** Q = X̃ᵀ T */
  backward(t: Vectors, q: Vectors): void;
  /** Q += (X̃ ∘ X̃)ᵀ T */
  squares(t: Vectors, q: Vectors): void;
  /** T = X̃ V and Q = X̃ᵀ (D ∘ T) */
  product(v: Vectors, d: Vectors, t: Vectors, q: Vectors): void;
  /**
   * The logistic loss at margins z + a·d: `residuals` gets s (p − y), `curvatures` s p (1 − p), `sums` the value
   * Σ s·loss of each lane, then its slopes in a, then its curvatures.
   */
  look(z: Vectors, d: Vectors, steps: Vectors, residuals: Vectors, curvatures: Vectors, sums: Vectors): void;
  /** y += f ∘ x */
  add(x: Vectors, factors: Vectors, y: Vectors, count: number): void;
  /** q += λ w; `sums` gets Σ q² of each lane, then Σ w². */
  penalize(w: Vectors, penalty: number, q: Vectors, count: number, sums: Vectors): void;
  /** m ← 1 / m, r = −g, s = 0, p = m r; `sums` gets Σ m r². */
  begin(g: Vectors, m: Vectors, r: Vectors, s: Vectors, p: Vectors, count: number, sums: Vectors): void;
  /** q += λ p; `sums` gets Σ p q. */
  curve(p: Vectors, penalty: number, q: Vectors, count: number, sums: Vectors): void;
  /** s += a p, r −= a q; `sums` gets Σ m r². */
  advance(
    p: Vectors,
    q: Vectors,
    m: Vectors,
    steps: Vectors,
    s: Vectors,
    r: Vectors,
    count: number,
    sums: Vectors,
  ): void;
  /** p = m r + b p */
  turn(m: Vectors, r: Vectors, factors: Vectors, p: Vectors, count: number): void;
}

export interface SparseLanesData extends CompressedRows {
  /** 2, 4 or 8. */
  readonly lanes: number;
  /** s ≥ 0 of each row; null: 1. */
  readonly sampleWeights: Float64Array | null;
  /** Places of all vectors that will be asked for, and how many those are. */
  readonly room: { readonly places: number; readonly count: number };
}

/** A linear layer for sparse rows: weights are outputs × columns, row-major. */
export interface SparseLayer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Logits of sparse rows in float32, rows × outputs: the bias first, then entry by entry. */
export type SparseLogits = (rows: CompressedRows) => Float32Array;

/** Copies the rows to where the kernels find them. */
export function copyCompressed(
  buffer: SharedArrayBuffer,
  at: { readonly starts: number; readonly indices: number; readonly values: number },
  { starts, indices, values }: CompressedRows,
): void {
  new Uint32Array(buffer, at.starts, starts.length).set(starts);
  new Uint32Array(buffer, at.indices, indices.length).set(indices);
  new Float32Array(buffer, at.values, values.length).set(values);
}
