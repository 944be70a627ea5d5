/** Symmetric positive definite matrices to be factored in place, each field four bytes, in this order. */
@unmanaged
class Factors {
  matrices: usize; // count × n × stride, float64, of which the lower triangle is read
  n: i32;
  stride: i32; // elements per row, even
  count: i32;
  failed: usize; // i32 per matrix: −1, or the first row whose pivot is not positive
  tolerance: f64; // a pivot below this share of its diagonal entry counts as 0
}

/** A = L Lᵀ of each matrix; a matrix belongs to one thread. */
export function factorAll(address: usize, thread: i32, threads: i32): void {
  const job = changetype<Factors>(address);
  const bytes = (<usize>job.n * <usize>job.stride) << 3;
  for (let u = thread; u < job.count; u += threads)
    store<i32>(job.failed + (<usize>u << 2), factor(job, job.matrices + <usize>u * bytes));
}

/** Rows go in pairs against four columns: eight sums share six loads. */
function factor(job: Factors, matrix: usize): i32 {
  const n = job.n;
  const bytes = <usize>job.stride << 3;
  for (let i = 0; i < n; i += 2) {
    const p = matrix + <usize>i * bytes;
    const q = i + 1 < n ? p + bytes : p; // the last row of an odd matrix goes with itself
    const pDiagonal = load<f64>(p + (<usize>i << 3));
    const qDiagonal = i + 1 < n ? load<f64>(q + (<usize>(i + 1) << 3)) : 0;
    let j = 0;
    for (; j + 4 <= i; j += 4) solve2x4(p, q, matrix + <usize>j * bytes, bytes, <usize>j << 3);
    for (; j < i; j++) {
      entry(p, matrix + <usize>j * bytes, j);
      if (q != p) entry(q, matrix + <usize>j * bytes, j);
    }
    if (!pivot(p, i, pDiagonal, job.tolerance)) return i;
    if (q == p) break;
    entry(q, p, i);
    if (!pivot(q, i + 1, qDiagonal, job.tolerance)) return i + 1;
  }
  return -1;
}

/** Entries j to j + 3 of rows p and q, from those before them. */
// @ts-ignore: decorator
@inline
function solve2x4(p: usize, q: usize, r: usize, bytes: usize, before: usize): void {
  let a0 = f64x2.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  const r1 = r + bytes;
  const r2 = r1 + bytes;
  const r3 = r2 + bytes;
  for (let k: usize = 0; k < before; k += 16) {
    const x = v128.load(p + k);
    const y = v128.load(q + k);
    let t = v128.load(r + k);
    a0 = f64x2.add(a0, f64x2.mul(x, t));
    b0 = f64x2.add(b0, f64x2.mul(y, t));
    t = v128.load(r1 + k);
    a1 = f64x2.add(a1, f64x2.mul(x, t));
    b1 = f64x2.add(b1, f64x2.mul(y, t));
    t = v128.load(r2 + k);
    a2 = f64x2.add(a2, f64x2.mul(x, t));
    b2 = f64x2.add(b2, f64x2.mul(y, t));
    t = v128.load(r3 + k);
    a3 = f64x2.add(a3, f64x2.mul(x, t));
    b3 = f64x2.add(b3, f64x2.mul(y, t));
  }
  finish4(p + before, r + before, r1 + before, r2 + before, r3 + before, a0, a1, a2, a3);
  if (q != p) finish4(q + before, r + before, r1 + before, r2 + before, r3 + before, b0, b1, b2, b3);
}

// @ts-ignore: decorator
@inline
function finish4(at: usize, r: usize, r1: usize, r2: usize, r3: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const x0 = (load<f64>(at) - sum2(s0)) / load<f64>(r);
  const x1 = (load<f64>(at, 8) - sum2(s1) - x0 * load<f64>(r1)) / load<f64>(r1, 8);
  const x2 = (load<f64>(at, 16) - sum2(s2) - x0 * load<f64>(r2) - x1 * load<f64>(r2, 8)) / load<f64>(r2, 16);
  const x3 =
    (load<f64>(at, 24) - sum2(s3) - x0 * load<f64>(r3) - x1 * load<f64>(r3, 8) - x2 * load<f64>(r3, 16)) /
    load<f64>(r3, 24);
  store<f64>(at, x0);
  store<f64>(at, x1, 8);
  store<f64>(at, x2, 16);
  store<f64>(at, x3, 24);
}

// @ts-ignore: decorator
@inline
function sum2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Entry j of a row, from those before it. */
// @ts-ignore: decorator
@inline
function entry(row: usize, other: usize, j: i32): void {
  const end = <usize>j << 3;
  const sum = load<f64>(row + end) - dot(row, other, end);
  store<f64>(row + end, sum / load<f64>(other + end));
}

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, bytes: usize): f64 {
  let sum = f64x2.splat(0);
  let k: usize = 0;
  for (; k + 16 <= bytes; k += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + k), v128.load(b + k)));
  let total = sum2(sum);
  if (k < bytes) total += load<f64>(a + k) * load<f64>(b + k);
  return total;
}

// @ts-ignore: decorator
@inline
function pivot(row: usize, i: i32, diagonal: f64, tolerance: f64): bool {
  const at = <usize>i << 3;
  const square = diagonal - dot(row, row, at);
  if (!(square > tolerance * diagonal)) return false;
  store<f64>(row + at, sqrt(square));
  return true;
}

/** Solves L Lᵀ x = b in place. */
export function solveFactor(factor: usize, n: i32, stride: i32, b: usize): void {
  const bytes = <usize>stride << 3;
  let row = factor;
  for (let i: usize = 0; i < <usize>n << 3; i += 8, row += bytes)
    store<f64>(b + i, (load<f64>(b + i) - dot(row, b, i)) / load<f64>(row + i));
  for (let i = (<usize>n << 3) - 8; ; i -= 8) {
    row -= bytes;
    const x = load<f64>(b + i) / load<f64>(row + i);
    store<f64>(b + i, x);
    const x2 = f64x2.splat(x);
    let k: usize = 0;
    for (; k + 16 <= i; k += 16) v128.store(b + k, f64x2.sub(v128.load(b + k), f64x2.mul(x2, v128.load(row + k))));
    if (k < i) store<f64>(b + k, load<f64>(b + k) - x * load<f64>(row + k));
    if (i == 0) break;
  }
}
