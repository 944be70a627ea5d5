/** What a character is to words. */
export const character = {
  /** Between words. */
  other: 0,
  /** Part of a word: a letter, a number, or "_". */
  word: 1,
  /** The same, of a script that is written without spaces between words. */
  unspaced: 2,
  /** A mark, which goes with the character before it. */
  mark: 3,
} as const;

const unknown = 255;
const wordPattern = /[\p{L}\p{N}_]/u;
const markPattern = /\p{M}/u;
const unspacedPattern =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]/u;
const inherited = /\p{sc=Inherited}/u;

/**
 * What each character is to words, looked up once. Unicode never changes what a character is, so all engines
 * agree on those that they know: Node 20 knows Unicode 15; letters that came later may be none to it.
 */
export function createCharacters(): (codePoint: number) => number {
  const known = new Uint8Array(0x10000).fill(unknown);
  return (codePoint) => {
    if (codePoint >= known.length) return kindOf(String.fromCodePoint(codePoint));
    const kind = known[codePoint];
    return kind === unknown ? (known[codePoint] = kindOf(String.fromCodePoint(codePoint))) : kind;
  };
}

function kindOf(text: string): number {
  const isMark = markPattern.test(text);
  if (!isMark && !wordPattern.test(text)) return character.other;
  if (unspacedPattern.test(text) && !inherited.test(text)) return character.unspaced;
  return isMark ? character.mark : character.word;
}
