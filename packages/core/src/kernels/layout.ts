/** Rows that a kernel works on at a time, as in `assembly/linear.ts`. */
export const blockRows = 64;

/** Of a block of float32 rows: `blockBytes` in assembly/linear.ts. */
export function blockBytes(stride: number): number {
  return (blockRows + 1) * stride * 4;
}

/** Of a block of rows with its masks and sums: `blockBytes` in assembly/sparse.ts. */
export function sparseBlockBytes(stride: number): number {
  const lines = stride / 16;
  const words = Math.ceil(lines / 16);
  return blockRows * ((lines | 1) * 64 + words * 8 + 160) + stride * 2;
}

/** Of a barrier of threads: assembly/barrier.ts. */
export const barrierBytes = 12;

/** Elements from one row to the next: the columns, padded with zeros to a multiple of 16. */
export function strideOf(columns: number): number {
  return alignUp(columns, 16);
}

export function alignUp(bytes: number, to = 64): number {
  return Math.ceil(bytes / to) * to;
}

/** Hands out addresses one after the other, each a multiple of 64. */
export function createLayout(start: number): {
  readonly take: (bytes: number) => number;
  readonly size: () => number;
} {
  let end = alignUp(start);
  return {
    take(bytes) {
      const at = end;
      end = alignUp(end + bytes);
      return at;
    },
    size: () => end,
  };
}

/** Columns below which a loop is faster than a view of each row. */
const mostLoopedColumns = 128;

/** Rows of `columns` become rows of `stride`; what is between stays as it is (zero). */
export function copyRows(
  output: Uint8Array | Float32Array | Float64Array,
  values: Uint8Array | Float32Array | Float64Array,
  columns: number,
  stride: number,
): void {
  if (columns === stride) {
    output.set(values);
    return;
  }
  if (columns < mostLoopedColumns) {
    for (let from = 0, to = 0; from < values.length; from += columns, to += stride)
      for (let j = 0; j < columns; j++) output[to + j] = values[from + j];
    return;
  }
  const rows = values.length / columns;
  for (let i = 0; i < rows; i++) output.set(values.subarray(i * columns, (i + 1) * columns), i * stride);
}
