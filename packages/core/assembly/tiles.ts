/**
 * 4 × 8 sums of products, the heart of every product of matrices here: eight registers of sums, two of b and a splat of a.
 *
 * How it is written decides its speed, since an engine may start only so many instructions at a time (V8's compiler,
 * x86 as well as ARM). Four steps a turn share one increment of b. After each the loop could end: so the compiler keeps each
 * step's sums before the next one's loads, and all fit the registers. The loop ends at its end: so the
 * addresses of a's four numbers are made before it.
 */

/** Whether the sums replace what the output holds, are added to it, or to it times a factor of its row. */
export const REPLACE: i32 = 0;
export const ADD: i32 = 1;
export const SCALE_AND_ADD: i32 = 2;

/** How far apart the four numbers of a step lie: side by side, */
@unmanaged
export class Beside {
  own: f32;
}

/** or in four rows of a tile of 32 numbers a row. */
@unmanaged
export class Below {
  a: v128; b: v128; c: v128; d: v128; e: v128; f: v128; g: v128; h: v128;
}

/**
 * output (4 × 8) from Σ a b over `depth` steps in order.
 *
 * @param step     bytes from one step of a to the next
 * @param b        eight numbers side by side a step
 * @param from     where the sums begin: numbers for each row, `fromRow` bytes apart; or 0: at 0
 * @param outputRow bytes from one row of the output to the next
 * @param factors  four numbers, for SCALE_AND_ADD
 */
// @ts-ignore: decorator
@inline
export function sumTile<Apart>(
  a: usize,
  step: usize,
  b: usize,
  depth: i32,
  from: usize,
  fromRow: usize,
  output: usize,
  outputRow: usize,
  how: i32,
  factors: usize,
): void {
  let s0 = f32x4.splat(0), t0 = s0;
  let s1 = s0, t1 = s0, s2 = s0, t2 = s0, s3 = s0, t3 = s0;
  if (from) {
    s0 = v128.load(from);
    t0 = v128.load(from, 16);
    s1 = v128.load(from + fromRow);
    t1 = v128.load(from + fromRow, 16);
    s2 = v128.load(from + 2 * fromRow);
    t2 = v128.load(from + 2 * fromRow, 16);
    s3 = v128.load(from + 3 * fromRow);
    t3 = v128.load(from + 3 * fromRow, 16);
  }
  let p: v128, q: v128, x: v128;
  const end = a + <usize>depth * step;
  if (a != end) do {
    p = v128.load(b);
    q = v128.load(b, 16);
    x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, p));
    t0 = f32x4.add(t0, f32x4.mul(x, q));
    x = v128.load32_splat(a, offsetof<Apart>());
    s1 = f32x4.add(s1, f32x4.mul(x, p));
    t1 = f32x4.add(t1, f32x4.mul(x, q));
    x = v128.load32_splat(a, 2 * offsetof<Apart>());
    s2 = f32x4.add(s2, f32x4.mul(x, p));
    t2 = f32x4.add(t2, f32x4.mul(x, q));
    x = v128.load32_splat(a, 3 * offsetof<Apart>());
    s3 = f32x4.add(s3, f32x4.mul(x, p));
    t3 = f32x4.add(t3, f32x4.mul(x, q));
    a += step;
    if (a == end) break;
    p = v128.load(b, 32);
    q = v128.load(b, 48);
    x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, p));
    t0 = f32x4.add(t0, f32x4.mul(x, q));
    x = v128.load32_splat(a, offsetof<Apart>());
    s1 = f32x4.add(s1, f32x4.mul(x, p));
    t1 = f32x4.add(t1, f32x4.mul(x, q));
    x = v128.load32_splat(a, 2 * offsetof<Apart>());
    s2 = f32x4.add(s2, f32x4.mul(x, p));
    t2 = f32x4.add(t2, f32x4.mul(x, q));
    x = v128.load32_splat(a, 3 * offsetof<Apart>());
    s3 = f32x4.add(s3, f32x4.mul(x, p));
    t3 = f32x4.add(t3, f32x4.mul(x, q));
    a += step;
    if (a == end) break;
    p = v128.load(b, 64);
    q = v128.load(b, 80);
    x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, p));
    t0 = f32x4.add(t0, f32x4.mul(x, q));
    x = v128.load32_splat(a, offsetof<Apart>());
    s1 = f32x4.add(s1, f32x4.mul(x, p));
    t1 = f32x4.add(t1, f32x4.mul(x, q));
    x = v128.load32_splat(a, 2 * offsetof<Apart>());
    s2 = f32x4.add(s2, f32x4.mul(x, p));
    t2 = f32x4.add(t2, f32x4.mul(x, q));
    x = v128.load32_splat(a, 3 * offsetof<Apart>());
    s3 = f32x4.add(s3, f32x4.mul(x, p));
    t3 = f32x4.add(t3, f32x4.mul(x, q));
    a += step;
    if (a == end) break;
    p = v128.load(b, 96);
    q = v128.load(b, 112);
    x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, p));
    t0 = f32x4.add(t0, f32x4.mul(x, q));
    x = v128.load32_splat(a, offsetof<Apart>());
    s1 = f32x4.add(s1, f32x4.mul(x, p));
    t1 = f32x4.add(t1, f32x4.mul(x, q));
    x = v128.load32_splat(a, 2 * offsetof<Apart>());
    s2 = f32x4.add(s2, f32x4.mul(x, p));
    t2 = f32x4.add(t2, f32x4.mul(x, q));
    x = v128.load32_splat(a, 3 * offsetof<Apart>());
    s3 = f32x4.add(s3, f32x4.mul(x, p));
    t3 = f32x4.add(t3, f32x4.mul(x, q));
    a += step;
    b += 128;
  } while (a != end);
  put(output, s0, t0, how, factors);
  put(output + outputRow, s1, t1, how, factors + 4);
  put(output + 2 * outputRow, s2, t2, how, factors + 8);
  put(output + 3 * outputRow, s3, t3, how, factors + 12);
}

// @ts-ignore: decorator
@inline
function put(output: usize, low: v128, high: v128, how: i32, factor: usize): void {
  if (how == SCALE_AND_ADD) {
    const f = v128.load32_splat(factor);
    low = f32x4.add(f32x4.mul(f, v128.load(output)), low);
    high = f32x4.add(f32x4.mul(f, v128.load(output, 16)), high);
  } else if (how == ADD) {
    low = f32x4.add(v128.load(output), low);
    high = f32x4.add(v128.load(output, 16), high);
  }
  v128.store(output, low);
  v128.store(output, high, 16);
}
