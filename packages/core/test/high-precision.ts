// A reference for the tests that shares nothing with what it judges: real numbers of 256 bits on BigInt.

/** mantissa · 2^exponent; every operation is exact or right to about 250 bits. */
export interface Real {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const PRECISION = 256;
const ZERO: Real = { mantissa: 0n, exponent: 0 };
const ONE: Real = { mantissa: 1n, exponent: 0 };

/** Exactly this float64; it must be finite. */
export function real(value: number): Real {
  if (!Number.isFinite(value)) throw new RangeError(`real: must be finite, got ${value}`);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const pattern = view.getBigUint64(0);
  const biased = Number((pattern >> 52n) & 0x7ffn);
  const fraction = pattern & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return rounded(value < 0 ? -mantissa : mantissa, Math.max(biased, 1) - 1075);
}

export function add(a: Real, b: Real): Real {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const [high, low] = a.exponent > b.exponent ? [a, b] : [b, a];
  const shift = high.exponent - low.exponent;
  // Beyond this distance the smaller one is far below the last bit we keep.
  if (shift > 3 * PRECISION) return magnitude(high) - magnitude(low) > 2 * PRECISION ? high : low;
  return rounded((high.mantissa << BigInt(shift)) + low.mantissa, low.exponent);
}

export function negate(a: Real): Real {
  return { mantissa: -a.mantissa, exponent: a.exponent };
}

export function subtract(a: Real, b: Real): Real {
  return add(a, negate(b));
}

export function multiply(a: Real, b: Real): Real {
  return rounded(a.mantissa * b.mantissa, a.exponent + b.exponent);
}

export function divide(a: Real, b: Real): Real {
  const shift = 2 * PRECISION;
  return rounded((a.mantissa << BigInt(shift)) / b.mantissa, a.exponent - b.exponent - shift);
}

export function sum(values: readonly Real[]): Real {
  return values.reduce(add, ZERO);
}

/** e^x: x = k·ln 2 + r, then the series at r/2¹², squared twelve times, with 320 bits after the point. */
export function exp(x: Real): Real {
  const k = Math.round(toNumber(x) / Math.LN2);
  const r = subtract(x, multiply(real(k), LN2));
  const point = 320n;
  const up = BigInt(r.exponent) + point - 12n;
  const step = up >= 0n ? r.mantissa << up : r.mantissa >> -up;
  let term = 1n << point;
  let power = term;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = ((term * step) >> point) / n;
    power += term;
  }
  for (let i = 0; i < 12; i++) power = (power * power) >> point;
  return rounded(power, k - Number(point));
}

/** e^x − 1, also where x is tiny. */
export function expm1(x: Real): Real {
  return magnitude(x) < -8 ? expm1Series(x) : subtract(exp(x), ONE);
}

/** ln x for x > 0: a float64 guess y, then y + ln(x·e^−y), whose argument is within 10⁻⁹ of 1. */
export function log(x: Real): Real {
  const k = magnitude(x);
  const scaled = { mantissa: x.mantissa, exponent: x.exponent - k };
  const guess = real(Math.log(toNumber(scaled)));
  const rest = subtract(multiply(scaled, exp(negate(guess))), ONE);
  return add(multiply(real(k), LN2), add(guess, log1pSeries(rest)));
}

/** ln(1 + x) for x > −1, also where x is tiny. */
export function log1p(x: Real): Real {
  return magnitude(x) < -8 ? log1pSeries(x) : log(add(ONE, x));
}

/** The standard normal density at x. */
export function normalDensity(x: Real): Real {
  const square = multiply(x, x);
  return multiply(INVERSE_SQRT_2PI, exp({ mantissa: -square.mantissa, exponent: square.exponent - 1 }));
}

/** Φ(x): below −4 by Laplace's continued fraction, to ±4 by φ(x)·(x + x³/3 + x⁵/(3·5) + …), whose terms have one sign. */
export function normalDistribution(x: Real): Real {
  const place = toNumber(x);
  if (place > 4) return subtract(ONE, normalDistribution(negate(x)));
  if (place < -4) {
    // 60 levels: an error of about e^(−2·4·√60) at −4, and less beyond.
    const y = negate(x);
    let fraction = y;
    for (let level = 60; level > 0; level--) fraction = add(y, divide(real(level), fraction));
    return divide(normalDensity(x), fraction);
  }
  const square = multiply(x, x);
  let term = x;
  let total = x;
  for (let odd = 3; term.mantissa !== 0n && magnitude(term) > magnitude(total) - 160; odd += 2) {
    term = divide(multiply(term, square), real(odd));
    total = add(total, term);
  }
  return add(real(0.5), multiply(normalDensity(x), total));
}

/** Softmax, its logarithm and log-sum-exp of one row of finite logits. */
export function softmaxOf(logits: readonly number[]): {
  probabilities: Real[];
  logProbabilities: Real[];
  logSumExp: Real;
} {
  const max = Math.max(...logits);
  const top = logits.indexOf(max);
  const differences = logits.map((z) => subtract(real(z), real(max)));
  const exponentials = differences.map(exp);
  const others = sum(exponentials.filter((_, i) => i !== top));
  const total = add(ONE, others);
  const excess = log1p(others);
  return {
    probabilities: exponentials.map((e) => divide(e, total)),
    logProbabilities: differences.map((difference) => subtract(difference, excess)),
    logSumExp: add(real(max), excess),
  };
}

/** The nearest float64, but for the last bit or so: good for guesses and for showing. */
export function toNumber(x: Real): number {
  if (x.mantissa === 0n) return 0;
  const k = magnitude(x);
  if (k > 1025) return x.mantissa > 0n ? Infinity : -Infinity;
  if (k < -1080) return 0;
  const shift = k - 60 - x.exponent;
  const head = Number(shift > 0 ? x.mantissa >> BigInt(shift) : x.mantissa << BigInt(-shift));
  return head * 2 ** -60 * 2 ** Math.trunc(k / 2) * 2 ** (k - Math.trunc(k / 2));
}

/**
 * How far `computed` is from `exact`, in units in the last place of the float64s around `exact`
 * (2⁻¹⁰⁷⁴ among the subnormals). The nearest float64 is at most 0.5 away. Infinity counts as 2¹⁰²⁴.
 */
export function ulpError(computed: number, exact: Real): number {
  if (Number.isNaN(computed)) return Infinity;
  const value = Number.isFinite(computed)
    ? real(computed)
    : { mantissa: computed > 0 ? 1n : -1n, exponent: 1024 };
  const unit = exact.mantissa === 0n ? -1074 : Math.max(magnitude(exact) - 53, -1074);
  const error = subtract(value, exact);
  const distance = toNumber({ mantissa: error.mantissa, exponent: error.exponent - unit });
  return Math.abs(distance);
}

const LN2: Real = ln2();
const INVERSE_SQRT_2PI: Real = inverseSquareRootOf2Pi();

/** 1/√(2π), with π by Machin's formula 16·atan(1/5) − 4·atan(1/239) and Newton's steps for the root. */
function inverseSquareRootOf2Pi(): Real {
  const arctangent = (n: number): Real => {
    const terms = Array.from({ length: 120 }, (_, k) => {
      let power = ONE;
      for (let i = 0; i <= 2 * k; i++) power = divide(power, real(n));
      return divide(power, real(k % 2 === 0 ? 2 * k + 1 : -(2 * k + 1)));
    });
    return sum(terms);
  };
  const twoPi = subtract(multiply(real(32), arctangent(5)), multiply(real(8), arctangent(239)));
  let root = real(1 / Math.sqrt(2 * Math.PI));
  for (let step = 0; step < 4; step++) {
    const rest = subtract(real(3), multiply(twoPi, multiply(root, root)));
    root = multiply(multiply(root, real(0.5)), rest);
  }
  return root;
}

/** ln 2 = 2·atanh(1/3). */
function ln2(): Real {
  return log1pSeries(ONE);
}

function expm1Series(x: Real): Real {
  let term = x;
  let total = x;
  for (let n = 2; term.mantissa !== 0n && magnitude(term) > magnitude(total) - PRECISION; n++) {
    term = divide(multiply(term, x), real(n));
    total = add(total, term);
  }
  return total;
}

/** ln(1 + x) = 2·atanh(x / (2 + x)). */
function log1pSeries(x: Real): Real {
  if (x.mantissa === 0n) return ZERO;
  const s = divide(x, add(real(2), x));
  const square = multiply(s, s);
  let power = s;
  let total = s;
  for (let n = 3; magnitude(power) > magnitude(total) - PRECISION; n += 2) {
    power = multiply(power, square);
    total = add(total, divide(power, real(n)));
  }
  return { mantissa: total.mantissa, exponent: total.exponent + 1 };
}

/** The k with 2^(k−1) ≤ |x| < 2^k; −Infinity for 0. */
function magnitude(x: Real): number {
  return x.mantissa === 0n ? -Infinity : bitLength(x.mantissa) + x.exponent;
}

function bitLength(value: bigint): number {
  const hex = (value < 0n ? -value : value).toString(16);
  return hex.length * 4 - (Math.clz32(Number.parseInt(hex[0], 16)) - 28);
}

function rounded(mantissa: bigint, exponent: number): Real {
  if (mantissa === 0n) return ZERO;
  const extra = bitLength(mantissa) - PRECISION;
  return extra > 0
    ? { mantissa: mantissa >> BigInt(extra), exponent: exponent + extra }
    : { mantissa, exponent };
}
