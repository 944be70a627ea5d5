import { BLOCK, blockBytes, gather } from "./linear";

/** Blocks of rows that are multiplied at a time: the products are read and written once for so many rows. */
const GROUP: i32 = 4;

/** Weighted cross-products of some rows, each field four bytes, in this order. */
@unmanaged
class Gram {
  source: usize; // rows × stride, uint8 or float32
  isBytes: u32;
  stride: i32;
  order: usize; // u32 per chosen row: which row it is
  count: i32; // chosen rows, a multiple of GROUP · BLOCK: the padding repeats a row with weight 0
  products: i32; // how many
  weights: usize; // products × count, float32
  output: usize; // products × stride × stride, float32, the lower triangle in strips of 16 columns
  scratch: usize; // per thread: two groups of blocks
  scratchBytes: usize;
  sums: usize; // products × stride, float64: the sums of the weighted columns
}

/** Xᵀ diag(w) X and Xᵀ w for each array of weights, in the units of the source. A product belongs to one thread. */
export function gramAll(address: usize, thread: i32, threads: i32): void {
  const job = changetype<Gram>(address);
  const size = blockBytes(job.stride);
  const plain = job.scratch + <usize>thread * job.scratchBytes;
  const weighted = plain + <usize>GROUP * size;
  const bytes = (<usize>job.stride * <usize>job.stride) << 2;
  const sumBytes = <usize>job.stride << 3;
  for (let u = thread; u < job.products; u += threads) {
    memory.fill(job.output + <usize>u * bytes, 0, bytes);
    memory.fill(job.sums + <usize>u * sumBytes, 0, sumBytes);
  }
  for (let first = 0; first < job.count; first += GROUP * BLOCK) {
    for (let g = 0; g < GROUP; g++)
      gather(job.source, job.isBytes != 0, job.order, first + g * BLOCK, BLOCK, job.stride, plain + <usize>g * size);
    for (let u = thread; u < job.products; u += threads) {
      const weights = job.weights + ((<usize>u * <usize>job.count + <usize>first) << 2);
      for (let g: usize = 0; g < <usize>GROUP; g++) {
        weigh(plain + g * size, weights + g * 256, job.stride, weighted + g * size);
        addColumns(weighted + g * size, job.stride, job.sums + <usize>u * sumBytes);
      }
      multiply(plain, weighted, job.stride, size, job.output + <usize>u * bytes);
    }
  }
}

/** Rows of a block times their weights. */
function weigh(block: usize, weights: usize, stride: i32, output: usize): void {
  const strips = stride >> 4;
  for (let strip = 0; strip < strips; strip++) {
    for (let i: usize = 0; i < <usize>BLOCK; i++) {
      const w = v128.load32_splat(weights + (i << 2));
      const at = i << 6;
      v128.store(output + at, f32x4.mul(w, v128.load(block + at)));
      v128.store(output + at, f32x4.mul(w, v128.load(block + at, 16)), 16);
      v128.store(output + at, f32x4.mul(w, v128.load(block + at, 32)), 32);
      v128.store(output + at, f32x4.mul(w, v128.load(block + at, 48)), 48);
    }
    block += 65 * 64;
    output += 65 * 64;
  }
}

/** Adds the sum of each column of a block to `sums`. */
function addColumns(block: usize, stride: i32, sums: usize): void {
  for (const end = sums + (<usize>stride << 3); sums < end; sums += 128, block += 65 * 64) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    for (let x = block, last = block + <usize>BLOCK * 64; x < last; x += 64) {
      a0 = f32x4.add(a0, v128.load(x));
      a1 = f32x4.add(a1, v128.load(x, 16));
      a2 = f32x4.add(a2, v128.load(x, 32));
      a3 = f32x4.add(a3, v128.load(x, 48));
    }
    addWide(sums, a0);
    addWide(sums + 32, a1);
    addWide(sums + 64, a2);
    addWide(sums + 96, a3);
  }
}

/** Adds four float32 to four float64. */
// @ts-ignore: decorator
@inline
function addWide(at: usize, values: v128): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(values)));
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 0, 1))), 16);
}

function multiply(plain: usize, weighted: usize, stride: i32, size: usize, output: usize): void {
  const strips = stride >> 4;
  const bytes = <usize>stride << 2;
  for (let i = 0; i < strips; i++) {
    const left = weighted + <usize>i * (65 * 64);
    for (let j = 0; j <= i; j++) {
      const right = plain + <usize>j * (65 * 64);
      const tile = output + <usize>(i << 4) * bytes + (<usize>j << 6);
      for (let row: usize = 0; row < 4; row++) {
        tile4x8(left + (row << 4), right, size, tile + (row << 2) * bytes, bytes);
        tile4x8(left + (row << 4), right + 32, size, tile + (row << 2) * bytes + 32, bytes);
      }
    }
  }
}

/** Four columns by eight over the rows of a group; registers and exits as in `forwardTile`. */
// @ts-ignore: decorator
@inline
function tile4x8(left: usize, right: usize, size: usize, output: usize, bytes: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  for (const last = left + <usize>GROUP * size; left < last; left += size, right += size) {
    let x = left;
    let y = right;
    for (const end = left + <usize>BLOCK * 64; x < end; x += 128, y += 128) {
      let y0 = v128.load(y);
      let y1 = v128.load(y, 16);
      let s = v128.load32_splat(x);
      a0 = f32x4.add(a0, f32x4.mul(s, y0));
      b0 = f32x4.add(b0, f32x4.mul(s, y1));
      s = v128.load32_splat(x, 4);
      a1 = f32x4.add(a1, f32x4.mul(s, y0));
      b1 = f32x4.add(b1, f32x4.mul(s, y1));
      s = v128.load32_splat(x, 8);
      a2 = f32x4.add(a2, f32x4.mul(s, y0));
      b2 = f32x4.add(b2, f32x4.mul(s, y1));
      s = v128.load32_splat(x, 12);
      a3 = f32x4.add(a3, f32x4.mul(s, y0));
      b3 = f32x4.add(b3, f32x4.mul(s, y1));
      if (x == 1) break;
      y0 = v128.load(y, 64);
      y1 = v128.load(y, 80);
      s = v128.load32_splat(x, 64);
      a0 = f32x4.add(a0, f32x4.mul(s, y0));
      b0 = f32x4.add(b0, f32x4.mul(s, y1));
      s = v128.load32_splat(x, 68);
      a1 = f32x4.add(a1, f32x4.mul(s, y0));
      b1 = f32x4.add(b1, f32x4.mul(s, y1));
      s = v128.load32_splat(x, 72);
      a2 = f32x4.add(a2, f32x4.mul(s, y0));
      b2 = f32x4.add(b2, f32x4.mul(s, y1));
      s = v128.load32_splat(x, 76);
      a3 = f32x4.add(a3, f32x4.mul(s, y0));
      b3 = f32x4.add(b3, f32x4.mul(s, y1));
    }
  }
  add8(output, a0, b0);
  add8(output + bytes, a1, b1);
  add8(output + 2 * bytes, a2, b2);
  add8(output + 3 * bytes, a3, b3);
}

// @ts-ignore: decorator
@inline
function add8(at: usize, low: v128, high: v128): void {
  v128.store(at, f32x4.add(v128.load(at), low));
  v128.store(at, f32x4.add(v128.load(at, 16), high), 16);
}
