/** Where a reader stands in its bytes. */
export interface Cursor {
  at: number;
}

/** What a decimal number looks like as text; no hexadecimal, no Infinity, no blanks. */
const decimalText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Those that float64 holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const plus = 43;
const minus = 45;

/**
 * The decimal number that begins at the cursor, rounded as `Number(text)` rounds it; the cursor moves behind
 * it. NaN where none begins, and then the cursor stays.
 *
 * Up to 15 digits make a whole number w that float64 holds, so that w · 10ᵉ is one rounding for |e| ≤ 22; up
 * to 19 digits go through `divideLong`; what neither can tell goes to `Number`.
 *
 * @param bytes hold some byte that is not part of a number behind the cursor, such as a line feed
 * @param point the byte of the decimal point: "." or ","
 * @see Clinger, How to Read Floating Point Numbers Accurately (1990)
 */
export function readDecimal(bytes: Buffer, cursor: Cursor, point: number): number {
  const start = cursor.at;
  let at = start;
  let byte = bytes[at];
  const isNegative = byte === minus;
  if (isNegative || byte === plus) byte = bytes[++at];

  const digitsStart = at;
  let whole = 0; // all digits as one number
  for (; (byte ^ 48) < 10; byte = bytes[++at]) whole = whole * 10 + (byte ^ 48);
  let digitCount = at - digitsStart;
  let exponent = 0;
  if (byte === point) {
    byte = bytes[++at];
    const fractionStart = at;
    for (; (byte ^ 48) < 10; byte = bytes[++at]) whole = whole * 10 + (byte ^ 48);
    exponent = fractionStart - at;
    digitCount -= exponent;
  }
  if (digitCount === 0) return Number.NaN;
  const digitsEnd = at;

  if ((byte | 32) === 101) {
    // An "e" without digits behind it is no exponent, and so no part of the number.
    let ahead = at + 1;
    const sign = bytes[ahead];
    if (sign === minus || sign === plus) ahead++;
    const exponentStart = ahead;
    let power = 0;
    for (; (bytes[ahead] ^ 48) < 10; ahead++) power = power * 10 + (bytes[ahead] ^ 48);
    if (ahead > exponentStart) {
      exponent += sign === minus ? -power : power;
      at = ahead;
    }
  }
  cursor.at = at;

  let value: number;
  if (whole === 0) value = 0;
  // Below 2^53 every step of the sum was exact.
  else if (whole < 2 ** 53 && exponent >= -22 && exponent <= 22)
    value = exponent < 0 ? whole / powersOfTen[-exponent] : whole * powersOfTen[exponent];
  else {
    value =
      exponent <= 0 && exponent >= -22 ? divideLong(bytes, digitsStart, digitsEnd, -exponent) : Number.NaN;
    if (Number.isNaN(value)) {
      const text = bytes.toString("latin1", digitsStart, at);
      value = Number(point === 46 ? text : text.replace(",", "."));
    }
  }
  return isNegative ? -value : value;
}

/**
 * A whole number of up to 19 digits over 10ᵖ, rounded once; NaN where this cannot be told without more digits.
 *
 * The number is held exactly as a + b, two float64. With q = a / 10ᵖ rounded, the remainder a − q · 10ᵖ is a
 * float64 too, so the quotient is q + c, and c is known to a few units of its own last place. Where a c a
 * little smaller and one a little larger round to the same sum, that is the answer.
 *
 * @see Dekker, A floating-point technique for extending the available precision (1971)
 */
function divideLong(bytes: Buffer, start: number, end: number, power: number): number {
  let high = 0; // the first digits, at most 15 behind leading zeros
  let low = 0; // the next ones, at most 4
  let lowScale = 1;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] ^ 48;
    if (digit > 9) continue; // the decimal point
    if (high < 1e14) high = high * 10 + digit;
    else if (lowScale < 1e4) {
      low = low * 10 + digit;
      lowScale *= 10;
    } else return Number.NaN;
  }
  const product = high * lowScale;
  const a = product + low;
  const b = productError(high, lowScale, product) + (low - (a - product));

  const divisor = powersOfTen[power];
  const q = a / divisor;
  const back = q * divisor;
  const c = (a - back - productError(q, divisor, back) + b) / divisor;
  const smaller = q + c * (1 - 2 ** -48);
  return smaller === q + c * (1 + 2 ** -48) ? smaller : Number.NaN;
}

/** x · y − product, exactly, where `product` is x · y rounded. */
function productError(x: number, y: number, product: number): number {
  const xHead = headOf(x);
  const yHead = headOf(y);
  const xTail = x - xHead;
  const yTail = y - yHead;
  return xHead * yHead - product + xHead * yTail + xTail * yHead + xTail * yTail;
}

/** The upper 26 bits. */
function headOf(x: number): number {
  const shifted = x * (2 ** 27 + 1);
  return shifted - (shifted - x);
}

/** The number that a text is, or NaN when it is no finite decimal. */
export function numberOf(text: string, point: "." | "," = "."): number {
  if (point === "," && text.includes(".")) return Number.NaN;
  const plain = point === "," ? text.replace(",", ".") : text;
  const value = decimalText.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
