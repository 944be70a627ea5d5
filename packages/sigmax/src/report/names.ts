import type { Contribution } from "@sigmax/core/inference";
import { shortened } from "./format.ts";

/** "text: fox"; a term with space at an end in quotation marks, since nobody would see it. */
export function nameOfPart({ column, count }: Contribution): string {
  if (count === undefined) return column;
  return column.replace(
    /^(.*?: )( .*|.* )$/s,
    (_, name: string, term: string) => name + JSON.stringify(term),
  );
}

/** What a drawing spares for names, in its own units. */
const mostRoom = 150;

/** Names that fit beside a drawing, and the margin that they need. */
export function besideDrawing(names: readonly string[]): {
  readonly short: readonly string[];
  readonly margin: number;
} {
  const short = names.map(fitting);
  const widest = short.reduce((most, name) => Math.max(most, widthOf(name)), 0);
  return { short, margin: Math.max(30, 14 + widest) };
}

function fitting(name: string): string {
  let short = shortened(name, 24);
  for (let length = 23; widthOf(short) > mostRoom && length > 3; length--) short = shortened(name, length);
  return short;
}

/** Of a text at 11 pixels, about; scripts from Hangul on are wide. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (sign >= "\u1100" && sign !== "…" ? 11 : 6.3), 0);
}
