import type { LabelSets } from "./label-sets.ts";
import type { Labels } from "./labels.ts";

/**
 * What to say of labels of which every row carries exactly one: they exclude each other, which independent sigmoids do
 * not know and softmax does. Null where some row carries none or several, and for a single label.
 */
export function exclusiveLabelsAdvice({ names, rows, values }: LabelSets): string | null {
  const columns = names.length;
  if (columns < 2 || rows < 1) return null;
  for (let row = 0, i = 0; row < rows; row++) {
    let carried = 0;
    for (const end = i + columns; i < end; i++) carried += values[i];
    if (carried !== 1) return null;
  }
  return `every one of the ${rows} rows carries exactly one of the ${columns} labels: they look mutually exclusive, and a softmax over one column of classes would fit better than independent sigmoids`;
}

/**
 * What to say of a one-of-K target whose values look like lists of labels: some class holds the separator with a name on
 * both sides. Null where none does.
 */
export function severalLabelsAdvice({ classes, indices }: Labels, separator = ";"): string | null {
  const isList = classes.map((name) => name.split(separator).filter((part) => part.trim() !== "").length > 1);
  let first = -1;
  let rows = 0;
  for (let row = 0; row < indices.length; row++) {
    if (!isList[indices[row]]) continue;
    if (first < 0) first = row;
    rows++;
  }
  if (rows === 0) return null;
  const several = rows === 1 ? "1 row seems" : `${rows} rows seem`;
  return `${several} to carry several labels at once ("${classes[indices[first]]}" at row ${first}), and softmax takes each such list for a class of its own: several labels need independent sigmoids`;
}
