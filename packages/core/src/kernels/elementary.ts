// exp, expm1, log and log1p in float64, from + − × ÷, floor, fround and bit patterns alone: engines differ
// in Math.exp and Math.log, and the numbers we store must not. The reductions and the polynomials are those
// of FreeBSD's msun (fdlibm: e_exp.c, s_expm1.c, e_log.c, s_log1p.c; Sun Microsystems 1993 and 2004); the
// last sums are arranged anew, with the rounding error of the largest terms carried along.

// ln 2 in two parts: the first has 33 significant bits, so k · LN2_HIGH is exact for every exponent k.
const LN2_HIGH = 6.93147180369123816e-1;
const LN2_LOW = 1.9082149292705877e-10;

const TWO_54 = 18014398509481984;
const SMALLEST_NORMAL = 2.2250738585072014e-308; // 2⁻¹⁰²²

// One number and its two 32-bit halves, low half first, as on every machine with WebAssembly. Written and
// read within one call, so nothing is kept here.
const bits: ArrayBuffer = /* @__PURE__ */ new ArrayBuffer(8);
const asFloat: Float64Array = /* @__PURE__ */ new Float64Array(bits);
const asWords: Int32Array = /* @__PURE__ */ new Int32Array(bits);
const asFloat32: Float32Array = /* @__PURE__ */ new Float32Array(bits);

/** 2ᵏ for whole k in [−1022, 1023]. */
function powerOfTwo(k: number): number {
  if (k > -127 && k < 128) {
    // A load that is as wide as the store before it need not wait for memory.
    asWords[0] = (k + 127) << 23;
    return asFloat32[0];
  }
  asWords[0] = 0;
  asWords[1] = (k + 1023) << 20;
  return asFloat[0];
}

/** p(t) with 2 + t·p(t) = r(eʳ + 1)/(eʳ − 1) and t = r², where |r| ≤ ½ ln 2: 1/6 − t/360 + … */
function expPolynomial(t: number): number {
  return (
    1.66666666666666019e-1 +
    t *
      (-2.77777777770155934e-3 +
        t * (6.61375632143793436e-5 + t * (-1.65339022054652515e-6 + t * 4.13813679705723846e-8)))
  );
}

/** e^x, within 0.8 units in the last place (also subnormal ones): 0 at −Infinity, NaN at NaN. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** e^(x + y) as close as `exp`, where y is what x lost to rounding: exp(x + y) would lose it again. */
export function expOfSum(x: number, y: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : x; // overflow, or NaN
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW - y;
  const r = high - low;
  const t = r * r;
  const c = r - t * expPolynomial(t);
  const sum = 1 + high;
  const power = sum + (high - (sum - 1) + ((r * c) / (2 - c) - low));
  if (k < -1021) return power * powerOfTwo(k + 1000) * powerOfTwo(-1000); // only the last × rounds
  return k > 1023 ? power * 2 * powerOfTwo(k - 1) : power * powerOfTwo(k);
}

/** e^x − 1, within 0.8 units in the last place: −1 at −Infinity, −0 at −0, NaN at NaN. */
export function expm1(x: number): number {
  if (!(x > -2 && x < 41)) return exp(x) - 1; // e^x is far from 1; also NaN and ±Infinity
  if (Math.abs(x) < 5e-17) return x; // keeps −0
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const p = expPolynomial(t);
  const c = r - t * p;
  // 2ᵏ − 1 may take away most of 2ᵏ·eʳ, so ½r² is kept exactly: the square of a float32 fits a float64.
  const head = Math.fround(r);
  const half = 0.5 * head * head;
  const rest = 0.5 * (r - head) * (r + head) + (t * (c - 2 * r * p)) / (4 - 2 * c);
  const lost = high - r - low;
  const scale = powerOfTwo(k);
  const base = scale - 1;
  const step = scale * high;
  const sum = base + step;
  const back = sum - base;
  const error = base - (sum - back) + (step - back) + (scale - base - 1);
  return sum + (scale * half + (error + scale * (rest + r * lost - low)));
}

/** ln(1 + f) − f where 1 + f is in [√½, √2], from ln(1 + f) = 2·atanh(s) with s = f / (2 + f). */
function logRemainder(f: number): number {
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.99999999994094191e-1 + w * (2.2222198432149784e-1 + w * 1.53138376992093733e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.85714287436623915e-1 + w * (1.81835721616180501e-1 + w * 1.47981986051165859e-1)));
  // ½f² is kept exactly: the square of a float32 fits a float64.
  const head = Math.fround(f);
  const half = 0.5 * head * head;
  const rest = 0.5 * (f - head) * (f + head);
  return s * (half + (rest + (even + odd))) - rest - half;
}

/** ln x + correction + exponent · ln 2, where x is in [2⁻¹⁰²², 2¹⁰²²) and |correction| ≤ 2⁻⁵³. */
function logOfNormal(x: number, correction: number, exponent: number): number {
  asFloat[0] = x;
  // x = 2ᵏ(1 + f) with 1 + f in [√½, √2]: the added word carries into the exponent from √2 on.
  const k = ((asWords[1] + 0x95f62) >> 20) - 1023;
  const f = x * powerOfTwo(-k) - 1;
  const e = k + exponent;
  const high = e * LN2_HIGH;
  const sum = high + f;
  return sum + (high - sum + f + (e * LN2_LOW + correction + logRemainder(f)));
}

/** ln x, within 0.9 units in the last place: −Infinity at ±0, NaN below 0 and at NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x < SMALLEST_NORMAL) return logOfNormal(x * TWO_54, 0, -54);
  if (x < 1e300) return logOfNormal(x, 0, 0);
  return x === Infinity ? x : logOfNormal(x / TWO_54, 0, 54);
}

/** ln(1 + x), within 0.9 units in the last place: −Infinity at −1, −0 at −0, NaN below −1 and at NaN. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (Math.abs(x) < 5e-17) return x; // keeps −0
  if (x > -0.25 && x < 0.375) return x + logRemainder(x);
  if (x > TWO_54) return log(x);
  // What 1 + x loses to rounding comes back as a share of it.
  const u = 1 + x;
  const lost = x < 1 ? x - (u - 1) : 1 - (u - x);
  return logOfNormal(u, lost / u, 0);
}
