import type { ActivationGraph } from "@sigmax/core/functions";

/** Character cells from one whole x to the next. */
const cellsPerUnit = 8;
/** Rows that a drawing is about as high as. */
const usualRows = 18;
/** Dots between neighbors above which a curve jumps and no line is drawn: at a kink a derivative does. */
const mostDots = 6;

/** The dots of a Braille character, by row and column, as bits of its code. */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/**
 * A value, solid, and its derivative, dashed, between whole numbers, in Braille dots with axes: eight dots to a
 * character, so that curves are smooth in any terminal.
 */
export function drawCurves(
  { value, derivative }: Pick<ActivationGraph, "value" | "derivative">,
  from: number,
  to: number,
): string[] {
  const columns = (to - from) * cellsPerUnit + 1;
  const xs = Array.from({ length: 2 * columns }, (_, i) => from + (i - 0.5) / (2 * cellsPerUnit));
  const curves = [xs.map(value), xs.map(derivative)];
  const { perUnit, rowsPerTick, lowest, rows } = scaleOf(curves.flat());
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  /** The dot of a value, counted from the top; 0 is in the middle of its row. */
  const dotOf = (y: number): number => Math.round(4 * (rows - 1 + lowest - y * perUnit) + 1.5);
  const put = (x: number, dot: number): void => {
    if (dot >= 0 && dot < 4 * rows) cells[dot >> 2][x >> 1] |= dotBits[dot & 3][x & 1];
  };
  curves.forEach((ys, curve) => {
    const dots = ys.map(dotOf);
    dots.forEach((dot, x) => {
      if (curve === 1 && x % 6 > 3) return; // the gap of a dash
      put(x, dot);
      const next = dots[x + 1] ?? dot;
      const toward = Math.sign(next - dot);
      if (Math.abs(next - dot) <= mostDots) for (let y = dot; y !== next; y += toward) put(x, y);
    });
  });

  const labels = cells.map((_, row) => {
    const place = rows - 1 - row + lowest;
    return place % rowsPerTick === 0 ? String(place / perUnit).replace("-", "−") : "";
  });
  const width = Math.max(...labels.map((label) => label.length));
  const zeroRow = rows - 1 + lowest;
  const zeroColumn = -from * cellsPerUnit;
  const lines = cells.map((line, row) => {
    const drawn = Array.from(line, (bits, column) => {
      if (bits > 0) return String.fromCodePoint(0x2800 + bits);
      if (row === zeroRow) return column === zeroColumn ? "┼" : "─";
      return column === zeroColumn ? "│" : " ";
    });
    const label = labels[row];
    return `  ${label.padStart(width)} ${label === "" ? "│" : "┤"}${drawn.join("")}`.trimEnd();
  });
  const axis = Array.from({ length: columns }, (_, column) => (column % cellsPerUnit === 0 ? "┬" : "─"));
  const under = Array.from({ length: to - from + 1 }, (_, i) =>
    String(from + i)
      .replace("-", "−")
      .padEnd(cellsPerUnit),
  );
  // A minus stands left of its tick, so that the digit is below it.
  const numbers = under.map((text, i) => (from + i < 0 ? text : ` ${text.slice(0, -1)}`)).join("");
  return [
    ...lines,
    `  ${" ".repeat(width)} └${axis.join("")}`,
    `  ${" ".repeat(width)} ${numbers.trimEnd()}`,
  ];
}

/** Ticks at round numbers, 0 among them, some rows apart; rows for all values. Places count rows, upward from 0. */
function scaleOf(values: readonly number[]): {
  perUnit: number;
  rowsPerTick: number;
  lowest: number;
  rows: number;
} {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const least = values.reduce((a, b) => Math.min(a, b), 0);
  const step = [0.125, 0.25, 0.5, 1, 2, 4, 8].find((each) => (most - least) / each <= 7) ?? 16;
  const rowsPerTick = Math.max(2, Math.floor(usualRows / Math.ceil((most - least) / step)));
  const perUnit = rowsPerTick / step;
  const lowest = Math.round(least * perUnit);
  return { perUnit, rowsPerTick, lowest, rows: Math.round(most * perUnit) - lowest + 1 };
}
