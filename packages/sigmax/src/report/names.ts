import { shortened } from "./format.ts";

/** Names that fit beside a drawing, and the margin that they need. */
export function besideDrawing(names: readonly string[]): {
  readonly short: readonly string[];
  readonly margin: number;
} {
  const short = names.map((name) => shortened(name, 22));
  const widest = short.reduce((most, name) => Math.max(most, widthOf(name)), 0);
  return { short, margin: Math.min(190, Math.max(30, 14 + widest)) };
}

/** Of a text at 11 pixels, about; scripts from Hangul on are wide. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (sign >= "\u1100" ? 11 : 6.3), 0);
}
