import { exp4, expm14, expOfSum4, log1p4 } from "./elementary";

export { heapBase } from "./heap";

// Elementwise functions and their derivatives in float32, four at a time; the codes are those of
// functions/activations. Each number by itself, so that the bits depend neither on its place nor on the number
// of threads. Relative error below 6e-7 (of the terms, where a derivative crosses 0); of swish
// 6e-8·|βx| more where βx is rounded. Where an exponential falls below e^−87.3 (of GELU from −12.9 down) it is taken
// to be 0, so that no subnormal is made. ±∞ gives the limit. The value of NaN is NaN.

const SIGMOID: i32 = 0;
const TANH: i32 = 1;
const RELU: i32 = 2;
const LEAKY_RELU: i32 = 3;
const PRELU: i32 = 4;
const ELU: i32 = 5;
const SOFTPLUS: i32 = 6;
const SWISH: i32 = 7;
const GELU: i32 = 8;

/**
 * y = f(x; a) of `count` float32.
 *
 * @param from    x; any alignment
 * @param to      y; may be `from`
 * @param aAt     the parameter: slope of LeakyReLU and PReLU, α of ELU, β of swish; not read for the others
 * @param aEach   whether there is one parameter for each x; otherwise one for all
 */
export function activateBlock(code: i32, from: usize, to: usize, count: i32, aAt: usize, aEach: bool): void {
  switch (code) {
    case SIGMOID: valueLoop(SIGMOID, from, to, count, aAt, aEach); break;
    case TANH: valueLoop(TANH, from, to, count, aAt, aEach); break;
    case RELU: valueLoop(RELU, from, to, count, aAt, aEach); break;
    case LEAKY_RELU:
    case PRELU: valueLoop(PRELU, from, to, count, aAt, aEach); break;
    case ELU: valueLoop(ELU, from, to, count, aAt, aEach); break;
    case SOFTPLUS: valueLoop(SOFTPLUS, from, to, count, aAt, aEach); break;
    case SWISH: valueLoop(SWISH, from, to, count, aAt, aEach); break;
    case GELU: valueLoop(GELU, from, to, count, aAt, aEach); break;
  }
}

/**
 * dx = dy · f′(x; a) of `count` float32: x is what went into `activateBlock`, dy the gradient of what came out.
 * `dx` may be `x` or `dy`.
 */
export function activateGradientBlock(
  code: i32,
  x: usize,
  dy: usize,
  dx: usize,
  count: i32,
  aAt: usize,
  aEach: bool,
): void {
  switch (code) {
    case SIGMOID: slopeLoop(SIGMOID, x, dy, dx, count, aAt, aEach); break;
    case TANH: slopeLoop(TANH, x, dy, dx, count, aAt, aEach); break;
    case RELU: slopeLoop(RELU, x, dy, dx, count, aAt, aEach); break;
    case LEAKY_RELU:
    case PRELU: slopeLoop(PRELU, x, dy, dx, count, aAt, aEach); break;
    case ELU: slopeLoop(ELU, x, dy, dx, count, aAt, aEach); break;
    case SOFTPLUS: slopeLoop(SOFTPLUS, x, dy, dx, count, aAt, aEach); break;
    case SWISH: slopeLoop(SWISH, x, dy, dx, count, aAt, aEach); break;
    case GELU: slopeLoop(GELU, x, dy, dx, count, aAt, aEach); break;
  }
}

/**
 * sums[i] += dy[i] · ∂f/∂a(x[i]; a): called for one row of units after the other, `sums` (float32) collects each
 * unit's gradient in row order. For LeakyReLU, PReLU, ELU and swish; the others have no parameter, and nothing is done.
 */
export function activateParameterBlock(
  code: i32,
  x: usize,
  dy: usize,
  sums: usize,
  count: i32,
  aAt: usize,
  aEach: bool,
): void {
  switch (code) {
    case LEAKY_RELU:
    case PRELU: parameterLoop(PRELU, x, dy, sums, count, aAt, aEach); break;
    case ELU: parameterLoop(ELU, x, dy, sums, count, aAt, aEach); break;
    case SWISH: parameterLoop(SWISH, x, dy, sums, count, aAt, aEach); break;
  }
}

// In the loops `kind` is a constant where they are inlined.

// @ts-ignore: decorator
@inline
function valueLoop(kind: i32, from: usize, to: usize, count: i32, aAt: usize, aEach: bool): void {
  let a = parameter4(kind, aAt, aEach);
  let left = count;
  if (isLight(kind) && !aEach)
    for (; left >= 16; left -= 16, from += 64, to += 64) {
      v128.store(to, value4(kind, v128.load(from), a));
      v128.store(to, value4(kind, v128.load(from, 16), a), 16);
      v128.store(to, value4(kind, v128.load(from, 32), a), 32);
      v128.store(to, value4(kind, v128.load(from, 48), a), 48);
    }
  for (; left > 0; left -= 4, from += 16, to += 16) {
    if (takesParameter(kind) && aEach) {
      a = load4(aAt, left);
      aAt += 16;
    }
    store4(to, value4(kind, load4(from, left), a), left);
  }
}

// @ts-ignore: decorator
@inline
function slopeLoop(kind: i32, x: usize, dy: usize, dx: usize, count: i32, aAt: usize, aEach: bool): void {
  let a = parameter4(kind, aAt, aEach);
  let left = count;
  if (isLight(kind) && !aEach)
    for (; left >= 16; left -= 16, x += 64, dy += 64, dx += 64) {
      v128.store(dx, f32x4.mul(v128.load(dy), slope4(kind, v128.load(x), a)));
      v128.store(dx, f32x4.mul(v128.load(dy, 16), slope4(kind, v128.load(x, 16), a)), 16);
      v128.store(dx, f32x4.mul(v128.load(dy, 32), slope4(kind, v128.load(x, 32), a)), 32);
      v128.store(dx, f32x4.mul(v128.load(dy, 48), slope4(kind, v128.load(x, 48), a)), 48);
    }
  for (; left > 0; left -= 4, x += 16, dy += 16, dx += 16) {
    if (takesParameter(kind) && aEach) {
      a = load4(aAt, left);
      aAt += 16;
    }
    store4(dx, f32x4.mul(load4(dy, left), slope4(kind, load4(x, left), a)), left);
  }
}

// @ts-ignore: decorator
@inline
function parameterLoop(kind: i32, x: usize, dy: usize, sums: usize, count: i32, aAt: usize, aEach: bool): void {
  let a = parameter4(kind, aAt, aEach);
  for (let left = count; left > 0; left -= 4, x += 16, dy += 16, sums += 16) {
    if (aEach) {
      a = load4(aAt, left);
      aAt += 16;
    }
    const slopes = f32x4.mul(load4(dy, left), parameterSlope4(kind, load4(x, left), a));
    store4(sums, f32x4.add(load4(sums, left), slopes), left);
  }
}

/** Whether the work is so little that the loop itself is felt. */
// @ts-ignore: decorator
@inline
function isLight(kind: i32): bool {
  return kind == RELU || kind == PRELU;
}

// @ts-ignore: decorator
@inline
function takesParameter(kind: i32): bool {
  return kind == PRELU || kind == ELU || kind == SWISH;
}

/** The one parameter in each lane; zeros where there is none, or one for each number. */
// @ts-ignore: decorator
@inline
function parameter4(kind: i32, aAt: usize, aEach: bool): v128 {
  return takesParameter(kind) && !aEach ? v128.load32_splat(aAt) : f32x4.splat(0);
}

/** f(x; a). `kind` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function value4(kind: i32, x: v128, a: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind == SIGMOID) return orNaN(sigmoid4(x), x);
  if (kind == TANH) {
    // tanh |x| = −m / (2 + m) with m = e^(−2|x|) − 1: all digits near 0 too.
    const m = expm14(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)));
    const size = f32x4.div(f32x4.neg(m), f32x4.add(m, f32x4.splat(2)));
    return v128.or(size, v128.and(x, f32x4.splat(-0.0)));
  }
  if (kind == RELU) return v128.andnot(x, f32x4.le(x, zero));
  if (kind == PRELU) {
    const below = v128.and(f32x4.mul(a, x), f32x4.ne(a, zero)); // 0 · ∞ is 0 here
    return v128.bitselect(below, x, f32x4.lt(x, zero));
  }
  if (kind == ELU) {
    const below = f32x4.mul(a, expm14(f32x4.pmin(x, zero)));
    return v128.bitselect(below, x, f32x4.lt(x, zero));
  }
  if (kind == SOFTPLUS) return f32x4.add(f32x4.pmax(x, zero), log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
  if (kind == SWISH) {
    const share = sigmoid4(swishLogit(x, a));
    return orNaN(v128.and(f32x4.mul(x, share), f32x4.ne(share, zero)), x);
  }
  // GELU: x·Φ(x) = max(x, 0) − |x|·Q(|x|), where Q = 1 − Φ.
  const y = gaussPlace(x);
  const tail = f32x4.mul(y, gaussTail(y, bell4(y)));
  return f32x4.sub(f32x4.pmax(x, zero), tail);
}

/** f′(x; a), at kinks that of the left side. `kind` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function slope4(kind: i32, x: v128, a: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (kind == SIGMOID) return bump4(f32x4.neg(f32x4.abs(x)));
  if (kind == TANH) return f32x4.mul(f32x4.splat(4), bump4(f32x4.mul(f32x4.abs(x), f32x4.splat(-2))));
  if (kind == RELU) return v128.and(one, f32x4.gt(x, zero));
  if (kind == PRELU) return v128.bitselect(one, a, f32x4.gt(x, zero));
  if (kind == ELU) return v128.bitselect(one, f32x4.mul(a, exp4(f32x4.pmin(x, zero))), f32x4.gt(x, zero));
  if (kind == SOFTPLUS) return sigmoid4(x);
  if (kind == SWISH) {
    const t = swishLogit(x, a);
    const e = exp4(f32x4.neg(f32x4.abs(t)));
    const large = f32x4.div(one, f32x4.add(e, one));
    const small = f32x4.mul(large, e);
    const isPositive = f32x4.ge(t, zero);
    const share = v128.bitselect(large, small, isPositive);
    const rest = v128.bitselect(small, large, isPositive);
    return f32x4.mul(share, f32x4.add(f32x4.mul(t, rest), one));
  }
  // GELU: Φ(x) + x·φ(x); with h = Q(|x|) − |x|·φ(x) it is h below 0 and 1 − h above.
  const y = gaussPlace(x);
  const bell = bell4(y);
  const h = f32x4.sub(gaussTail(y, bell), f32x4.mul(y, f32x4.mul(bell, f32x4.splat(0.3989422804))));
  return v128.bitselect(h, f32x4.sub(one, h), f32x4.lt(x, zero));
}

/** ∂f/∂a. `kind` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function parameterSlope4(kind: i32, x: v128, a: v128): v128 {
  const below = f32x4.pmin(x, f32x4.splat(0));
  if (kind == PRELU) return below;
  if (kind == ELU) return expm14(below);
  // Swish: x²·σ·(1 − σ), in an order in which no ∞ meets a 0.
  x = finite4(x);
  const t = swishLogit(x, a);
  return f32x4.mul(f32x4.mul(x, sigmoid4(t)), f32x4.mul(x, sigmoid4(f32x4.neg(t))));
}

/** σ(x) = 1 / (1 + e⁻ˣ), both tails with all digits, 0 below −87.3. NaN gives anything. */
// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const share = f32x4.div(f32x4.splat(1), f32x4.add(e, f32x4.splat(1)));
  return f32x4.mul(share, v128.bitselect(f32x4.splat(1), e, f32x4.ge(x, f32x4.splat(0))));
}

/** σ(x)·σ(−x) for x ≤ 0. */
// @ts-ignore: decorator
@inline
function bump4(x: v128): v128 {
  const e = exp4(x);
  const share = f32x4.div(f32x4.splat(1), f32x4.add(e, f32x4.splat(1)));
  return f32x4.mul(f32x4.mul(e, share), share);
}

/** β·x, finite, and cut where σ has long been 0 or 1. */
// @ts-ignore: decorator
@inline
function swishLogit(x: v128, a: v128): v128 {
  const t = f32x4.mul(finite4(x), a);
  return f32x4.pmin(f32x4.pmax(t, f32x4.splat(-1000)), f32x4.splat(1000));
}

// @ts-ignore: decorator
@inline
function finite4(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(-3.4028234e38)), f32x4.splat(3.4028234e38));
}

/** |x|, at most 13: there the normal tail is below what float32 holds. */
// @ts-ignore: decorator
@inline
function gaussPlace(x: v128): v128 {
  return f32x4.pmin(f32x4.abs(x), f32x4.splat(13));
}

/** e^(−y²/2) for y in [0, 13], 0 from 12.9 on. y² is taken in two parts, the first exact: its rounding would be magnified 80 times. */
// @ts-ignore: decorator
@inline
function bell4(y: v128): v128 {
  const head = v128.and(y, i32x4.splat(-4096)); // 12 bits, whose square has 24
  const half = f32x4.splat(-0.5);
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(y, head), half), f32x4.add(y, head));
  const bell = expOfSum4(f32x4.mul(f32x4.mul(head, head), half), rest);
  return v128.and(bell, f32x4.lt(y, f32x4.splat(12.9)));
}

/**
 * Q(y) = 1 − Φ(y) = e^(−y²/2)·P(u) / (y + 4.25) with u = (y − 4.25) / (y + 4.25), where P is the polynomial of
 * degree 8 that is nearest to erfcx(y/√2)/2 · (y + 4.25) for y ≤ 13, relative error 7e-8 (Lawson's algorithm).
 */
// @ts-ignore: decorator
@inline
function gaussTail(y: v128, bell: v128): v128 {
  const share = f32x4.div(f32x4.splat(1), f32x4.add(y, f32x4.splat(4.25)));
  const u = f32x4.mul(f32x4.sub(y, f32x4.splat(4.25)), share);
  let p = f32x4.add(f32x4.mul(f32x4.splat(9.296777716372162e-5), u), f32x4.splat(2.2853959817439318e-3));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-9.915960254147649e-4));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-1.945926621556282e-2));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(8.53152722120285e-2));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-2.205001264810562e-1));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(4.1822460293769836e-1));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-6.251303553581238e-1));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(7.595542669296265e-1));
  return f32x4.mul(f32x4.mul(bell, share), p);
}

/** y, but NaN where x is NaN. */
// @ts-ignore: decorator
@inline
function orNaN(y: v128, x: v128): v128 {
  return v128.or(y, f32x4.ne(x, x));
}

/** Four numbers, or those that are left and zeros. */
// @ts-ignore: decorator
@inline
function load4(at: usize, left: i32): v128 {
  return left >= 4 ? v128.load(at) : loadLast(at, left);
}

// @ts-ignore: decorator
@inline
function store4(at: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(at, v);
  else storeLast(at, v, left);
}

function loadLast(at: usize, left: i32): v128 {
  let v = v128.load32_zero(at);
  if (left > 1) v = f32x4.replace_lane(v, 1, load<f32>(at, 4));
  if (left > 2) v = f32x4.replace_lane(v, 2, load<f32>(at, 8));
  return v;
}

function storeLast(at: usize, v: v128, left: i32): void {
  store<f32>(at, f32x4.extract_lane(v, 0));
  if (left > 1) store<f32>(at, f32x4.extract_lane(v, 1), 4);
  if (left > 2) store<f32>(at, f32x4.extract_lane(v, 2), 8);
}
