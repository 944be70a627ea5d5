/** "; did you mean "x"?" when a known name is within a third of its letters of what was written, else "". */
export function suggestion(written: string, known: readonly string[]): string {
  let nearest = "";
  let least = Infinity;
  for (const name of known) {
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  const allowed = Math.min(Math.max(1, Math.floor(nearest.length / 3)), nearest.length - 1);
  return least <= allowed ? `; did you mean "${nearest}"?` : "";
}

/** How many letters must be put in, taken out or changed, or neighbors swapped (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const plain = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(isSwapped ? Math.min(plain, before[j - 2] + 1) : plain);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
