import { TILE_BYTES } from "./attention-tiles";

/**
 * Rows of numbers, times a factor, into groups of 4 or 8 rows that are kept columns × group; rows from `rows` to `padded`
 * (a multiple of the group) are zeros.
 */
export function packTransposed(
  from: usize,
  rowBytes: usize,
  rows: i32,
  columns: i32,
  group: i32,
  padded: i32,
  factorAt: usize,
  output: usize,
): void {
  const factor = v128.load32_splat(factorAt);
  const step = <usize>group << 2;
  for (let i = 0; i < padded; i += 4) {
    const to = output + <usize>(i & ~(group - 1)) * (<usize>columns << 2) + (<usize>(i & (group - 1)) << 2);
    const there = min(4, rows - i);
    if (there < 4) {
      for (let j = 0; j < columns; j++) v128.store(to + <usize>j * step, f32x4.splat(0));
      for (let r = 0; r < there; r++)
        for (let j: usize = 0; j < <usize>columns; j++)
          store<f32>(
            to + j * step + (<usize>r << 2),
            load<f32>(from + <usize>(i + r) * rowBytes + (j << 2)) * f32x4.extract_lane(factor, 0),
          );
      continue;
    }
    const row = from + <usize>i * rowBytes;
    let j: usize = 0;
    let at = to;
    for (const whole = <usize>(columns & ~3) << 2; j < whole; j += 16, at += 4 * step) {
      const r0 = v128.load(row + j);
      const r1 = v128.load(row + rowBytes + j);
      const r2 = v128.load(row + 2 * rowBytes + j);
      const r3 = v128.load(row + 3 * rowBytes + j);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(at, f32x4.mul(factor, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5)));
      v128.store(at + step, f32x4.mul(factor, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7)));
      v128.store(at + 2 * step, f32x4.mul(factor, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5)));
      v128.store(at + 3 * step, f32x4.mul(factor, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7)));
    }
    for (const end = <usize>columns << 2; j < end; j += 4, at += step)
      for (let r: usize = 0; r < 4; r++)
        store<f32>(at + (r << 2), load<f32>(row + r * rowBytes + j) * f32x4.extract_lane(factor, 0));
  }
}

/** Rows of numbers, times a factor, into panels of 8 columns that are kept padded × 8; what is added is zeros. */
export function packPanels(
  from: usize,
  rowBytes: usize,
  rows: i32,
  columns: i32,
  padded: i32,
  factorAt: usize,
  output: usize,
): void {
  const factor = v128.load32_splat(factorAt);
  for (let c = 0; c < columns; c += 8, output += <usize>padded << 5) {
    let row = from + (<usize>c << 2);
    let to = output;
    const there = min(8, columns - c);
    for (let i = 0; i < rows; i++, row += rowBytes, to += 32) {
      if (there == 8) {
        v128.store(to, f32x4.mul(factor, v128.load(row)));
        v128.store(to, f32x4.mul(factor, v128.load(row, 16)), 16);
        continue;
      }
      memory.fill(to, 0, 32);
      for (let j: usize = 0; j < <usize>there; j++)
        store<f32>(to + (j << 2), load<f32>(row + (j << 2)) * f32x4.extract_lane(factor, 0));
    }
    memory.fill(to, 0, <usize>(padded - rows) << 5);
  }
}

/** Rows of `bytes` each, times a factor of their own (or the same one, where the step from one to the next is 0), to where they belong. */
export function unpackRows(
  from: usize,
  bytes: usize,
  factors: usize,
  factorStep: usize,
  rows: i32,
  columns: i32,
  output: usize,
  rowBytes: usize,
): void {
  const end = <usize>columns << 2;
  for (let i = 0; i < rows; i++, from += bytes, output += rowBytes, factors += factorStep) {
    const factor = v128.load32_splat(factors);
    let j: usize = 0;
    for (const whole = end & ~15; j < whole; j += 16) v128.store(output + j, f32x4.mul(factor, v128.load(from + j)));
    for (; j < end; j += 4) store<f32>(output + j, load<f32>(from + j) * f32x4.extract_lane(factor, 0));
  }
}

/** Adds up to four rows of numbers, `count` of each (a multiple of 4), to four columns of a tile. A row that is not there is one that is. */
// @ts-ignore: decorator
@inline
export function addTransposed(from: usize, rowBytes: usize, rows: i32, count: i32, tile: usize): void {
  const second = rows > 1 ? from + rowBytes : from;
  const third = rows > 2 ? second + rowBytes : from;
  const fourth = rows > 3 ? third + rowBytes : from;
  for (let j: usize = 0, end = <usize>count << 2; j < end; j += 16, tile += 4 * TILE_BYTES) {
    const r0 = v128.load(from + j);
    const r1 = v128.load(second + j);
    const r2 = v128.load(third + j);
    const r3 = v128.load(fourth + j);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(tile, f32x4.add(v128.load(tile), v128.shuffle<f32>(low01, low23, 0, 1, 4, 5)));
    v128.store(tile, f32x4.add(v128.load(tile, 128), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7)), 128);
    v128.store(tile, f32x4.add(v128.load(tile, 256), v128.shuffle<f32>(high01, high23, 0, 1, 4, 5)), 256);
    v128.store(tile, f32x4.add(v128.load(tile, 384), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7)), 384);
  }
}
