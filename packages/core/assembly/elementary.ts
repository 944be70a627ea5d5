/** eˣ in each lane, relative error below 3e-7; exactly 0 below −87.3, so no subnormal is ever made. x must not be above 88. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  return v128.and(near4(x), f32x4.gt(x, f32x4.splat(-87.3)));
}

/** The same for x in [−87.3, 88] only. */
// @ts-ignore: decorator
@inline
export function near4(x: v128): v128 {
  // n = round(x / ln 2) by adding 1.5·2²³: the sum's last bits are the integer.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(12582912.0));
  return power4(remainder4(x, shifted), shifted);
}

/** e^(x + y) in each lane for x + y in [−87.3, 88], where y is small: what x would lose to rounding is kept. */
// @ts-ignore: decorator
@inline
export function expOfSum4(x: v128, y: v128): v128 {
  const sum = f32x4.add(x, y);
  const shifted = f32x4.add(f32x4.mul(sum, f32x4.splat(1.44269504)), f32x4.splat(12582912.0));
  return power4(f32x4.add(remainder4(x, shifted), y), shifted);
}

/**
 * eˣ − 1 in each lane for x ≤ 0, relative error below 3e-7 also near 0, where it is x: 2ⁿ(eʳ − 1) + (2ⁿ − 1).
 * −1 at −∞, −0 at −0, NaN at NaN.
 */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  x = f32x4.pmax(x, f32x4.splat(-80)); // from −17 on it is −1
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(12582912.0));
  const r = remainder4(x, shifted);
  // eʳ − 1 = r + r²·p(r), the best p of degree 4 for |r| ≤ 0.352: relative error 1.5e-8.
  let p = f32x4.add(f32x4.mul(f32x4.splat(1.394825921891274e-3), r), f32x4.splat(8.367628589045217e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.166625748286462e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.666653510410048e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.000000067955569e-1));
  p = f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
  const one = f32x4.splat(1);
  const scale = i32x4.add(one, i32x4.shl(shifted, 23));
  return f32x4.add(f32x4.mul(scale, p), f32x4.sub(scale, one));
}

/** ln(1 + x) in each lane for x in [0, 1], relative error below 3e-7: 2·atanh(s) with s = x / (2 + x). */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const s = f32x4.div(x, f32x4.add(x, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  // atanh(s)/s − 1 = z/3 + z²/5 + …, the best polynomial for z ≤ 1/9: error 5e-9.
  let p = f32x4.add(f32x4.mul(f32x4.splat(1.4012234435498225e-1), z), f32x4.splat(1.3999569603844014e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.0010849580831389e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(3.333320656558906e-1));
  const twice = f32x4.add(s, s);
  return f32x4.add(f32x4.mul(twice, f32x4.mul(p, z)), twice);
}

/** x − n·ln 2, n being what the last bits of `shifted` say; ln 2 in two parts so that the product with the first is exact (Cody & Waite). */
// @ts-ignore: decorator
@inline
function remainder4(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, f32x4.splat(12582912.0));
  return f32x4.sub(
    f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-2.12194440e-4)),
  );
}

/** eʳ·2ⁿ for |r| ≤ ½ ln 2, n being what the last bits of `shifted` say. */
// @ts-ignore: decorator
@inline
function power4(r: v128, shifted: v128): v128 {
  const square = f32x4.mul(r, r);
  const high = f32x4.add(f32x4.mul(f32x4.splat(8.312477730214596e-3), r), f32x4.splat(4.1890550404787064e-2));
  const low = f32x4.add(f32x4.mul(f32x4.splat(1.6667115688323975e-1), r), f32x4.splat(4.999922811985016e-1));
  let p = f32x4.add(f32x4.mul(high, square), low);
  p = f32x4.add(f32x4.mul(p, square), f32x4.add(r, f32x4.splat(1)));
  // Times 2ⁿ: n goes straight into the exponent bits.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** Sum of the four lanes: (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
export function sum4(v: v128): f32 {
  v = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
}

export const LN2: f64 = 0.6931471805599453;

/** Natural logarithm of a positive normal number, error below 2 ulp: ln(m·2ᵏ) = k·ln 2 + 2·atanh((m − 1)/(m + 1)). */
// @ts-ignore: decorator
@inline
export function ln(x: f64): f64 {
  let bits = reinterpret<i64>(x);
  let k = <i32>(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
  let m = reinterpret<f64>(bits);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p: f64 = 1.0 / 23;
  p = p * z + 1.0 / 21;
  p = p * z + 1.0 / 19;
  p = p * z + 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  return <f64>k * LN2 + 2 * (s + s * z * p);
}
