import { claim, meet } from "./barrier";
import { Beside, REPLACE, sumTile } from "./tiles";

export { heapBase } from "./heap";

/**
 * Matrix products C = A B in float32, of any size. Both factors are first packed into panels that lie as the tiles read
 * them: A in groups of 4 rows, B in groups of 8 columns, for each k the 4 or 8 numbers side by side, zeros beyond the end.
 * Each number of C is the sum over k in order, whatever is beside it, so its bits depend neither on the other rows
 * nor on the threads.
 */

export const TILE_ROWS: i32 = 4;
export const TILE_COLUMNS: i32 = 8;
/** Of k, and rows of A, that are worked on at a time: a panel of B stays in the first cache, the rows in the second. */
const DEPTH: i32 = 256;
const HEIGHT: i32 = 128;

/** Bytes of `count` rows of A, or columns of B, packed. */
// @ts-ignore: decorator
@inline
export function packedBytes(count: i32, depth: i32, width: i32): usize {
  return (<usize>((count + width - 1) / width) * <usize>depth * <usize>width) << 2;
}

/** Where a panel's numbers from k on are: stretches of DEPTH lie one after the other, in each the panels. */
// @ts-ignore: decorator
@inline
function panelAt(packed: usize, panel: i32, panels: i32, width: i32, k: i32, own: i32): usize {
  return packed + (<usize>width << 2) * (<usize>panels * <usize>k + <usize>panel * <usize>own);
}

/**
 * Packs panels of vectors that lie along k: rows of A, or rows of Bᵀ.
 *
 * @param stride bytes from one vector to the next
 * @param width  vectors in a panel, 4 or 8
 * @param first, end which panels
 */
export function packAlong(from: usize, stride: usize, count: i32, depth: i32, width: i32, first: i32, end: i32, to: usize): void {
  const panels = (count + width - 1) / width;
  const step = <usize>width << 2;
  for (let k = 0; k < depth; k += DEPTH) {
    const deep = min(DEPTH, depth - k);
    for (let panel = first; panel < end; panel++) {
      const own = min(width, count - panel * width);
      const target = panelAt(to, panel, panels, width, k, deep);
      for (let group = 0; group < width; group += 4) {
        const source = from + <usize>(panel * width + group) * stride + (<usize>k << 2);
        packFour(source, stride, own - group, deep, step, target + (<usize>group << 2));
      }
    }
  }
}

/** Up to four vectors side by side. */
function packFour(source: usize, stride: usize, count: i32, depth: i32, step: usize, target: usize): void {
  let k = 0;
  if (count >= 4) {
    const second = source + stride;
    const third = second + stride;
    const fourth = third + stride;
    for (; k + 4 <= depth; k += 4) {
      const at = <usize>k << 2;
      const a = v128.load(source + at);
      const b = v128.load(second + at);
      const c = v128.load(third + at);
      const d = v128.load(fourth + at);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(target, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(target + step, v128.shuffle<f64>(ab, cd, 1, 3));
      target += 2 * step;
      v128.store(target, v128.shuffle<f64>(AB, CD, 0, 2));
      v128.store(target + step, v128.shuffle<f64>(AB, CD, 1, 3));
      target += 2 * step;
    }
  }
  for (; k < depth; k++, target += step)
    for (let i = 0; i < 4; i++)
      store<f32>(target + (<usize>i << 2), i < count ? load<f32>(source + <usize>i * stride + (<usize>k << 2)) : 0);
}

/** Packs panels of vectors that lie across k: columns of Aᵀ, or of B. `stride`: bytes from one k to the next. */
export function packAcross(from: usize, stride: usize, count: i32, depth: i32, width: i32, first: i32, end: i32, to: usize): void {
  const panels = (count + width - 1) / width;
  for (let start = 0; start < depth; start += DEPTH) {
    const deep = min(DEPTH, depth - start);
    for (let panel = first; panel < end; panel++) {
      let source = from + <usize>start * stride + (<usize>(panel * width) << 2);
      let target = panelAt(to, panel, panels, width, start, deep);
      const own = min(width, count - panel * width);
      if (own == 8)
        for (let k = 0; k < deep; k++, source += stride, target += 32) {
          v128.store(target, v128.load(source));
          v128.store(target, v128.load(source, 16), 16);
        }
      else if (own == 4 && width == 4)
        for (let k = 0; k < deep; k++, source += stride, target += 16) v128.store(target, v128.load(source));
      else
        for (let k = 0; k < deep; k++, source += stride)
          for (let i = 0; i < width; i++, target += 4)
            store<f32>(target, i < own ? load<f32>(source + (<usize>i << 2)) : 0);
    }
  }
}

/**
 * The tiles of C in a range of its columns (8 at a time) and rows (4 at a time).
 *
 * @param a, b   packed
 * @param start  where the sums begin: a row of numbers, one per column, with zeros to a multiple of 8; or 0: at 0
 * @param stride bytes from one row of C to the next
 * @param edge   128 bytes for tiles at the end
 * @param isAdded whether the product is added to what C holds
 */
export function multiplyPanels(
  a: usize,
  b: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  start: usize,
  c: usize,
  stride: usize,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
  edge: usize,
  isAdded: bool,
): void {
  const heights = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const widths = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  for (let k = 0; k < depth || k == 0; k += DEPTH) {
    const own = min(DEPTH, depth - k);
    for (let top = firstRow; top < endRow; top += HEIGHT / TILE_ROWS) {
      const bottom = min(endRow, top + HEIGHT / TILE_ROWS);
      for (let j = firstColumn; j < endColumn; j++) {
        const panel = panelAt(b, j, widths, TILE_COLUMNS, k, own);
        const column = j * TILE_COLUMNS;
        const isWide = column + TILE_COLUMNS <= columns;
        const from = start ? start + (<usize>column << 2) : 0;
        for (let i = top; i < bottom; i++) {
          const at = c + <usize>(i * TILE_ROWS) * stride + (<usize>column << 2);
          const left = panelAt(a, i, heights, TILE_ROWS, k, own);
          if (isWide && (i + 1) * TILE_ROWS <= rows) tile(left, panel, own, k == 0 && !isAdded, from, at, stride);
          else edgeTile(left, panel, own, k == 0 && !isAdded, from, at, stride, rows - i * TILE_ROWS, columns - column, edge);
        }
      }
    }
  }
}

/** A tile of C. */
function tile(a: usize, b: usize, depth: i32, isFirst: bool, start: usize, c: usize, stride: usize): void {
  sumTile<Beside>(a, 16, b, depth, isFirst ? start : c, isFirst ? 0 : stride, c, stride, REPLACE, 0);
}

/** A tile of which only some rows and columns are C's: made beside it, and copied. */
function edgeTile(
  a: usize,
  b: usize,
  depth: i32,
  isFirst: bool,
  start: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  edge: usize,
): void {
  rows = min(rows, TILE_ROWS);
  columns = min(columns, TILE_COLUMNS);
  if (!isFirst)
    for (let i = 0; i < rows; i++)
      memory.copy(edge + (<usize>i << 5), c + <usize>i * stride, <usize>columns << 2);
  tile(a, b, depth, isFirst, start, edge, 32);
  for (let i = 0; i < rows; i++)
    memory.copy(c + <usize>i * stride, edge + (<usize>i << 5), <usize>columns << 2);
}

/** A product as its owner lays it out in memory; each field is four bytes. */
@unmanaged
export class Product {
  a: usize;
  aStride: usize; // bytes from one row to the next, or if it lies as its transpose from one k to the next
  aIsTurned: u32;
  b: usize;
  bStride: usize; // bytes from one k to the next, or if it lies as its transpose from one column to the next
  bIsTurned: u32;
  c: usize;
  cStride: usize;
  rows: i32;
  columns: i32;
  depth: i32;
  start: usize; // as in multiplyPanels
  packedA: usize;
  packedB: usize;
  edges: usize; // 128 bytes for each thread
  barrier: usize;
}

/** Where a thread's share of so many things begins. */
// @ts-ignore: decorator
@inline
export function shareOf(count: i32, thread: i32, threads: i32): i32 {
  return <i32>(<i64>count * <i64>thread / <i64>threads);
}

/** Packs a thread's share of A; `rows` and `depth` instead of the product's own. */
export function packA(product: Product, rows: i32, depth: i32, thread: i32, threads: i32): void {
  const panels = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const first = shareOf(panels, thread, threads);
  const end = shareOf(panels, thread + 1, threads);
  if (product.aIsTurned) packAcross(product.a, product.aStride, rows, depth, TILE_ROWS, first, end, product.packedA);
  else packAlong(product.a, product.aStride, rows, depth, TILE_ROWS, first, end, product.packedA);
}

/** The same for B. */
export function packB(product: Product, depth: i32, thread: i32, threads: i32): void {
  const columns = product.columns;
  const panels = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const first = shareOf(panels, thread, threads);
  const end = shareOf(panels, thread + 1, threads);
  if (product.bIsTurned) packAlong(product.b, product.bStride, columns, depth, TILE_COLUMNS, first, end, product.packedB);
  else packAcross(product.b, product.bStride, columns, depth, TILE_COLUMNS, first, end, product.packedB);
}

/** Of its share of C a thread makes three quarters itself; the rest is cut in pieces, and whoever has time makes them. */
const PIECES: i32 = 4;

/** A thread's part of C, once all is packed and all threads have met: of its columns, or of its rows where those make more tiles. */
export function multiplyShare(product: Product, rows: i32, depth: i32, thread: i32, threads: i32): void {
  const heights = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const widths = (product.columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const count = max(heights, widths);
  if (threads == 1) return multiplyPart(product, rows, depth, 0, count, thread);
  multiplyPart(product, rows, depth, shareOf(count, thread, threads), firmEnd(count, thread, threads), thread);
  for (let piece = claim(product.barrier); piece < threads * PIECES; piece = claim(product.barrier)) {
    const owner = piece % threads;
    const start = firmEnd(count, owner, threads);
    const loose = shareOf(count, owner + 1, threads) - start;
    const from = start + shareOf(loose, piece / threads, PIECES);
    multiplyPart(product, rows, depth, from, start + shareOf(loose, piece / threads + 1, PIECES), thread);
  }
}

/** Where what a thread surely makes itself ends. */
function firmEnd(count: i32, thread: i32, threads: i32): i32 {
  const begin = shareOf(count, thread, threads);
  return begin + ((shareOf(count, thread + 1, threads) - begin) * 3) / 4;
}

/** Panels [from, end) of C: of its rows or of its columns, of which there are more. */
function multiplyPart(product: Product, rows: i32, depth: i32, from: i32, end: i32, thread: i32): void {
  const heights = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const widths = (product.columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const isByRows = heights >= widths;
  multiplyPanels(
    product.packedA,
    product.packedB,
    rows,
    product.columns,
    depth,
    product.start,
    product.c,
    product.cStride,
    isByRows ? from : 0,
    isByRows ? end : heights,
    isByRows ? 0 : from,
    isByRows ? widths : end,
    product.edges + (<usize>thread << 7),
    false,
  );
}

/** A whole product. All `threads` call it with the same address and their own index. */
export function productAll(address: usize, thread: i32, threads: i32): void {
  const product = changetype<Product>(address);
  packA(product, product.rows, product.depth, thread, threads);
  packB(product, product.depth, thread, threads);
  if (threads > 1) meet(product.barrier, threads);
  multiplyShare(product, product.rows, product.depth, thread, threads);
}
