/** One JSON object on stdout. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.map(printable).join("\n")}\n`);
}

/** Text to stdout as it is made, no faster than it is read there. */
export async function printPieces(pieces: Iterable<string | Uint8Array>): Promise<void> {
  for (const piece of pieces)
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** A text on one line, with a sign in the place of each character that would steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, "�");
}

/** How many places a text takes in a terminal: those of East Asia and pictures take two, accents none. */
function widthOf(text: string): number {
  const wide =
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}！-｠]/gu;
  return [...text.replaceAll(/\p{M}/gu, "")].length + (text.match(wide)?.length ?? 0);
}

/** Columns set flush left, two spaces between; numbers in the columns named flush right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths = rows[0].map((_, j) => Math.max(...cells.map((row) => widthOf(row[j]))));
  return cells.map((row) =>
    row
      .map((cell, j) => {
        const space = " ".repeat(widths[j] - widthOf(cell));
        return right.includes(j) ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** 60,000; by hand, since the first number that the platform's own formatter writes takes it 25 ms. */
export function count(value: number): string {
  if (!Number.isSafeInteger(value)) return value.toLocaleString("en-US");
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 column", "1,200 columns" */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** 83.2 % */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** With an empty line between those that are there. */
export function paragraphs(parts: readonly (readonly string[])[]): string[] {
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? [...lines] : ["", ...lines]));
}
