import { closest, distance } from "fastest-levenshtein";

/** "; did you mean "x"?" when a known name is near what was written, else "". */
export function didYouMean(written: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const near = closest(
    written.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  const found = known.find((name) => name.toLowerCase() === near);
  const allowed = Math.min(Math.max(1, Math.floor(near.length / 3)), near.length - 1);
  const isNear = distance(written.toLowerCase(), near) <= allowed || isSwapped(written.toLowerCase(), near);
  return found !== undefined && isNear ? `; did you mean "${found}"?` : "";
}

/** Whether two neighbors have changed places, as fingers do: "trian". */
function isSwapped(written: string, meant: string): boolean {
  const i = [...meant].findIndex((letter, at) => letter !== written[at]);
  return (
    written ===
    meant.slice(0, i) +
      meant
        .slice(i, i + 2)
        .split("")
        .toReversed()
        .join("") +
      meant.slice(i + 2)
  );
}

/** The first twelve names, with commas. */
export function shortList(names: readonly string[]): string {
  return `${names.slice(0, 12).join(", ")}${names.length > 12 ? ", …" : ""}`;
}

/** The beginning of a text, on one line, for messages. */
export function excerpt(text: string, most: number = 60): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** A name as a shell takes it. */
export function quote(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
