import type { Interval } from "@sigmax/core/evaluate";

// Numbers as a reader meets them in print: thousands with commas, a no-break space before the unit.
const space = "\u00a0";

/** 10000 → "10,000" */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** (1, "row") → "1 row", (10000, "row") → "10,000 rows" */
export function counted(value: number, noun: string, plural: string = `${noun}s`): string {
  return `${count(value)}${space}${value === 1 ? noun : plural}`;
}

/**
 * 0.832 → "83.2 %". Only an exact 0 or 1 is printed as 0 % or 100 %: what would round to either
 * becomes "<0.1 %" or ">99.9 %".
 */
export function percent(share: number): string {
  return percentNumber(share) + `${space}%`;
}

/** [0.825, 0.839] → "82.5 – 83.9 %" */
export function percentRange([low, high]: Interval): string {
  return `${percentNumber(low)}${space}–${space}${percentNumber(high)}${space}%`;
}

/** 0.95 → "95 %", 0.975 → "97.5 %": a level somebody chose, so no digits that were not chosen. */
export function level(share: number): string {
  return `${Number((share * 100).toFixed(4))}${space}%`;
}

/** A difference of two shares in percentage points: 0.0123 → "1.2" */
export function points(difference: number): string {
  return (Math.abs(difference) * 100).toFixed(1);
}

/** 0.48312 → "0.483", Infinity → "∞"; a minus is typographic. */
export function decimal(value: number, digits: number = 3): string {
  if (value === Infinity) return "∞";
  const text = value.toFixed(digits);
  if (Number(text) === 0) return text.replace("-", "");
  return text.replace("-", "−");
}

/** Decimals that show `significant` digits of `largest`, so that a column of smaller numbers lines up under it. */
export function decimalsFor(largest: number, significant: number): number {
  if (largest === 0) return 0;
  return Math.min(8, Math.max(0, significant - 1 - Math.floor(Math.log10(largest))));
}

/** 3.21e-9 → "3.2 × 10⁻⁹", 0 → "0" */
export function scientific(value: number, significant: number = 2): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const [digits, exponent] = value.toExponential(significant - 1).split("e");
  const raised = Array.from(String(Number(exponent)), (sign) => superscripts["-0123456789".indexOf(sign)]);
  return `${digits.replace("-", "−")}${space}×${space}10${raised.join("")}`;
}

const superscripts = Array.from("⁻⁰¹²³⁴⁵⁶⁷⁸⁹");

/** Four significant digits, zeros at the end too: 12.3 → "12.30", 71943.2 → "71,940", 123456 → "1.235 × 10⁵". */
export function figures(value: number, significant: number = 4): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-3) return scientific(value, significant);
  const text = size.toPrecision(significant);
  return (value < 0 ? "−" : "") + (text.includes("e") ? count(Number(text)) : text);
}

/** Four significant digits at most: 1 → "1", 0.25 → "0.25", 200000 → "200,000", 2e-7 → "2 × 10⁻⁷". For positive numbers. */
export function rounded(value: number): string {
  const short = Number(value.toPrecision(4));
  const [digits] = short.toExponential().split("e");
  if (short < 1e-4 || short >= 1e7) return scientific(short, digits.replace(".", "").length);
  return Number.isInteger(short) ? count(short) : String(short);
}

/** Seven significant digits with commas at the thousands: −138155.07 → "−138,155.1" */
export function amount(value: number): string {
  if (Math.abs(value) >= 1e7) return scientific(value, 7);
  const [whole, rest] = Math.abs(value).toPrecision(7).split(".");
  return `${value < 0 ? "−" : ""}${count(Number(whole))}${rest === undefined ? "" : `.${rest}`}`;
}

/** The same of both ends: [−1, 2] → "−1.000 to 2.000", since a dash beside a minus is hard to read. */
export function figuresRange([low, high]: Interval, significant: number = 4): string {
  return `${figures(low, significant)} to ${figures(high, significant)}`;
}

/** A number whose sign matters: 1.5 → "+1.50", −1.5 → "−1.50" */
export function signed(value: number, digits: number = 2): string {
  const text = decimal(value, digits);
  return Number(value.toFixed(digits)) > 0 ? `+${text}` : text;
}

/** 0.0123 → "0.0123", below 10⁻⁴ a power of ten; what float64 cannot hold is "<10⁻³⁰⁰". */
export function pValue(p: number): string {
  if (p < 1e-300) return "<10⁻³⁰⁰";
  return p < 1e-4 ? scientific(p) : p.toFixed(4);
}

/** [0.47, 0.491] → "0.470 – 0.491" */
export function decimalRange([low, high]: Interval, digits: number = 3): string {
  return `${decimal(low, digits)}${space}–${space}${decimal(high, digits)}`;
}

/** A number from the user's own table: six significant digits tell it apart, more would drown the reader. */
export function measured(value: number): string {
  if (Number.isInteger(value)) return String(value).replace("-", "−");
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

/** A value of a table as the user wrote it, or "missing". */
export function cell(value: number | string | null): string {
  if (value === null) return "missing";
  return typeof value === "number" ? measured(value) : value;
}

/** 0.0931 → "0.09 s", 72.4 → "1 min 12 s" */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)}${space}s`;
  if (seconds < 60) return `${seconds.toFixed(1)}${space}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}${space}min${space}${whole % 60}${space}s`;
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** "22 November 2026, 22:49 UTC": the same text wherever the report is made. */
export function dateAndTime(date: Date): string {
  const clock = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`;
}

const numberWords = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

/** 3 → "three"; from thirteen on, figures. */
export function inWords(value: number): string {
  return numberWords[value] ?? count(value);
}

/** "three" → "Three" */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** At most `length` characters; what is cut is cut from the middle, since names often differ at their ends. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  const start = length - 1 - end;
  return `${characters.slice(0, start).join("")}…${characters.slice(-end).join("")}`;
}

function percentNumber(share: number): string {
  if (share === 0 || share === 1) return String(share * 100);
  if (share < 0.0005) return "<0.1";
  if (share > 0.9995) return ">99.9";
  return (share * 100).toFixed(1);
}
