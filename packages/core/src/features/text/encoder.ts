import type { SparseRows } from "../../data/index.ts";
import { log } from "../../kernels/elementary.ts";
import { createAnalyzer, type VisitTerm } from "./analyzer.ts";
import type { TextInput } from "./fit.ts";
import { bucketOf, murmurHash } from "./hash.ts";
import { codePointAt, createTape, textOf } from "./tape.ts";
import { createTerms } from "./terms.ts";

/** Turns texts into the features that a `TextInput` describes. */
export interface TextEncoder {
  /** Features per text. */
  readonly width: number;
  /** Puts the features of a text behind what the row already has, the first of them in column `offset`. */
  encode(text: string, output: SparseRows, offset: number): void;
  /** The terms of a text that have a feature, in the order of first appearance. */
  termsOf(text: string): TermOfText[];
}

export interface TermOfText {
  readonly term: string;
  /** Its feature, in [0, width). */
  readonly feature: number;
  /** How often the text has it. */
  readonly count: number;
}

/**
 * An encoder of what `fitText` learned. A term that comes c times counts tf · idf, where tf is c, or 1 + ln c if
 * `sublinear`, and idf is 1, or `weightOf` it if `idf`; the features of a text are then divided by the root of their
 * sum of squares if `normalized`. Terms without a feature count nothing; a text without terms is all zeros.
 * Computed in float64, put down in float32.
 */
export function createTextEncoder({ settings, terms, frequencies, texts }: TextInput): TextEncoder {
  const width = frequencies.length;
  const { idf, sublinear, normalized } = settings;
  const analyze = createAnalyzer(settings);
  const featureOf = terms === null ? bucketsOf(width) : placesOf(terms);
  const weights = Float64Array.from(frequencies, (count) => (idf ? weightOf(count, texts) : 1));
  const counts = new Uint32Array(width);
  let touched = new Uint32Array(256); // the features whose count is not 0
  let touchedCount = 0;
  const count: VisitTerm = (bytes, from, to) => {
    const feature = featureOf(bytes, from, to);
    if (feature < 0 || counts[feature]++ > 0) return;
    if (touchedCount === touched.length) {
      const longer = new Uint32Array(2 * touchedCount);
      longer.set(touched);
      touched = longer;
    }
    touched[touchedCount++] = feature;
  };
  const valueOf = (feature: number): number => {
    const times = counts[feature];
    return (sublinear && times > 1 ? 1 + log(times) : times) * weights[feature];
  };

  return {
    width,
    encode(text, output, offset) {
      touchedCount = 0;
      analyze(text, count);
      sortAscending(touched, touchedCount);
      let squares = 0;
      if (normalized)
        for (let i = 0; i < touchedCount; i++) {
          const value = valueOf(touched[i]);
          squares += value * value;
        }
      const norm = normalized ? Math.sqrt(squares) : 1;
      for (let i = 0; i < touchedCount; i++) output.put(offset + touched[i], valueOf(touched[i]) / norm);
      for (let i = 0; i < touchedCount; i++) counts[touched[i]] = 0;
    },
    termsOf(text) {
      const found = new Map<string, { feature: number; count: number }>();
      analyze(text, (bytes, from, to) => {
        const feature = featureOf(bytes, from, to);
        if (feature < 0) return;
        const term = textOf(bytes, from, to);
        const known = found.get(term);
        if (known === undefined) found.set(term, { feature, count: 1 });
        else known.count++;
      });
      return Array.from(found, ([term, place]) => ({ term, ...place }));
    },
  };
}

/** The smooth inverse document frequency, ln((1 + n) / (1 + k)) + 1, of a feature that k of n training texts have. */
function weightOf(frequency: number, texts: number): number {
  return log((1 + texts) / (1 + frequency)) + 1;
}

type FeatureOf = (bytes: Uint8Array, from: number, to: number) => number;

function bucketsOf(width: number): FeatureOf {
  return (bytes, from, to) => bucketOf(murmurHash(bytes, from, to), width);
}

function placesOf(terms: readonly string[]): FeatureOf {
  const places = createTerms();
  const tape = createTape();
  for (const term of terms) {
    tape.clear(term.length);
    for (let i = 0; i < term.length; i++) {
      const codePoint = codePointAt(term, i);
      tape.put(codePoint);
      if (codePoint > 0xffff) i++;
    }
    places.add(tape.bytes, 0, tape.length);
  }
  return (bytes, from, to) => places.find(bytes, from, to);
}

/** Insertion for the few features of a short text, where calling the engine's sort costs more. */
function sortAscending(values: Uint32Array, count: number): void {
  if (count > 48) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let j = i - 1;
    for (; j >= 0 && values[j] > value; j--) values[j + 1] = values[j];
    values[j + 1] = value;
  }
}
