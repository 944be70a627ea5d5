import type { CompressedRows } from "../kernels/index.ts";

/** Sparse rows without the columns that no row has, and which column each of theirs was. */
export interface PackedRows {
  readonly rows: CompressedRows;
  /** Ascending in none of its senses: the most frequent column is first, so that those often used lie together. */
  readonly columns: Uint32Array;
}

/** Numbers the columns anew by how many rows have them, the most frequent first; among equals the lower one. */
export function packColumns({ rows, columns, starts, indices, values }: CompressedRows): PackedRows {
  const counts = new Uint32Array(columns);
  for (const column of indices) counts[column]++;
  const places = Uint32Array.from(counts.keys()).filter((column) => counts[column] > 0);
  places.sort((a, b) => counts[b] - counts[a] || a - b);
  const placeOf = new Uint32Array(columns);
  places.forEach((column, place) => {
    placeOf[column] = place;
  });
  return {
    rows: { rows, columns: places.length, starts, indices: indices.map((column) => placeOf[column]), values },
    columns: places,
  };
}
