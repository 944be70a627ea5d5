import { character, createCharacters } from "./characters.ts";
import type { TextSettings } from "./settings.ts";
import { codePointAt, createTape } from "./tape.ts";

const space = 32;

/** Is told a term of a text: the UTF-8 bytes [from, to) of `bytes`, which is written over by the next text. */
export type VisitTerm = (bytes: Uint8Array, from: number, to: number) => void;

/** Names the terms of a text, each as often as it comes. */
export type Analyzer = (text: string, visit: VisitTerm) => void;

/**
 * What finds the terms of a text. First the text is brought to NFC and, unless it is told not to, to lower case.
 *
 * **Words** are the longest runs of letters, numbers, marks and "_" (`[\p{L}\p{N}\p{M}_]`) of `shortestWord`
 * characters or more; what stands between them is lost, and terms of several words are written with one space.
 * On text without marks, as all Latin text is after NFC, that is scikit-learn's `(?u)\b\w\w+\b`. Scripts that are
 * written without spaces (Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar) are words of their own: a run of
 * them gives its characters and its pairs of neighbors, whatever `lengths` and `shortestWord` say, and no term goes
 * across it; with a `segmenter`, the engine's dictionary cuts it into words like others, of any length.
 *
 * **Characters** are code points; white space, however much, is one space.
 * **Characters in words** are the same within each piece between white space, with a space before and after it;
 * a piece shorter than the run is counted once, whole.
 *
 * A half of a surrogate pair counts as U+FFFD.
 */
export function createAnalyzer(settings: TextSettings): Analyzer {
  const { terms, lowercase } = settings;
  const find = terms === "words" ? createWords(settings) : createCharacterRuns(settings);
  return (text, visit) => find(prepare(text, lowercase), visit);
}

/** NFC of plain ASCII is itself, and lowering before or after it makes no difference there. */
function prepare(text: string, lowercase: boolean): string {
  const composed = isAscii(text) ? text : text.normalize("NFC");
  return lowercase ? composed.toLowerCase() : composed;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function createWords({ lengths: [shortest, longest], shortestWord, segmenter }: TextSettings): Analyzer {
  const kindOf = createCharacters();
  const tape = createTape();
  const cut = segmenter === null ? null : new Intl.Segmenter(segmenter, { granularity: "word" });
  /** Where the words of the present sequence begin and end on the tape. */
  const from: number[] = [];
  const to: number[] = [];

  const visitWords = (visit: VisitTerm): void => {
    const count = from.length;
    for (let n = shortest; n <= longest; n++)
      for (let i = 0; i + n <= count; i++) visit(tape.bytes, from[i], to[i + n - 1]);
    from.length = 0;
    to.length = 0;
  };
  /** Ends a word that begins at `start`: it stays, or the tape is wound back. */
  const endWord = (start: number, characters: number, least: number): void => {
    if (characters < least) return tape.rewind(start);
    from.push(start);
    to.push(tape.length);
    tape.put(space);
  };
  const visitPairs = (run: string, visit: VisitTerm): void => {
    let before = -1;
    for (let i = 0; i < run.length;) {
      const codePoint = codePointAt(run, i);
      const start = tape.length;
      tape.put(codePoint);
      visit(tape.bytes, start, tape.length);
      if (before >= 0) visit(tape.bytes, before, tape.length);
      before = start;
      i += codePoint > 0xffff ? 2 : 1;
    }
  };

  return (text, visit) => {
    tape.clear(text.length);
    for (let i = 0; i < text.length;) {
      const kind = kindOf(codePointAt(text, i));
      if (kind === character.other) {
        i += codePointAt(text, i) > 0xffff ? 2 : 1;
        continue;
      }
      const start = tape.length;
      const first = i;
      let characters = 0;
      // Marks stay with the run that they are in, whatever its script.
      for (; i < text.length; characters++) {
        const codePoint = codePointAt(text, i);
        const own = kindOf(codePoint);
        const goesOn =
          own === character.mark || (own === character.unspaced) === (kind === character.unspaced);
        if (own === character.other || !goesOn) break;
        if (kind !== character.unspaced) tape.put(codePoint);
        i += codePoint > 0xffff ? 2 : 1;
      }
      if (kind !== character.unspaced) endWord(start, characters, shortestWord);
      else if (cut === null) {
        visitWords(visit);
        visitPairs(text.slice(first, i), visit);
      } else
        for (const { segment } of cut.segment(text.slice(first, i))) {
          const place = tape.length;
          for (let j = 0; j < segment.length; j += codePointAt(segment, j) > 0xffff ? 2 : 1)
            tape.put(codePointAt(segment, j));
          endWord(place, 1, 1);
        }
    }
    visitWords(visit);
  };
}

const whitePattern = /\s/u;

function isWhite(codePoint: number): boolean {
  if (codePoint < 128) return codePoint === space || (codePoint >= 9 && codePoint <= 13);
  return whitePattern.test(String.fromCodePoint(codePoint));
}

function createCharacterRuns({ terms, lengths: [shortest, longest] }: TextSettings): Analyzer {
  const staysInWords = terms === "characters-in-words";
  const tape = createTape();
  let starts = new Uint32Array(256); // where each character begins on the tape, and where the last one ends
  let count = 0;

  const put = (codePoint: number): void => {
    if (count + 1 >= starts.length) {
      const longer = new Uint32Array(2 * starts.length);
      longer.set(starts);
      starts = longer;
    }
    starts[count++] = tape.length;
    tape.put(codePoint);
    starts[count] = tape.length;
  };
  const visitRuns = (visit: VisitTerm): void => {
    for (let n = shortest; n <= longest && n <= count; n++)
      for (let i = 0; i + n <= count; i++) visit(tape.bytes, starts[i], starts[i + n]);
  };
  /** The runs of " word "; one that is no longer than a run is named once. */
  const visitWord = (visit: VisitTerm): void => {
    put(space);
    if (count < shortest) visit(tape.bytes, 0, tape.length);
    else visitRuns(visit);
  };

  return (text, visit) => {
    tape.clear(text.length);
    count = 0;
    let isAfterSpace = staysInWords;
    for (let i = 0; i < text.length;) {
      const codePoint = codePointAt(text, i);
      i += codePoint > 0xffff ? 2 : 1;
      const isSpace = isWhite(codePoint);
      if (!staysInWords) {
        if (!isSpace || !isAfterSpace) put(isSpace ? space : codePoint);
      } else if (!isSpace) {
        if (isAfterSpace) put(space);
        put(codePoint);
      } else if (!isAfterSpace) {
        visitWord(visit);
        tape.rewind(0);
        count = 0;
      }
      isAfterSpace = isSpace;
    }
    if (!staysInWords) visitRuns(visit);
    else if (!isAfterSpace) visitWord(visit);
  };
}
