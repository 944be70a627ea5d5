/**
 * What numbers mean, for the compiler alone: no value carries it. Numbers that say nothing, as those of a plain array,
 * pass for either; what softmax or sigmoid gave is known to be probabilities, and is refused where logits belong.
 */
declare const unit: unique symbol;

/** One number that may be a logit. */
export type LogitValue = number & { readonly [unit]?: "logits" };

/** Numbers that may be logits: anything but probabilities. */
export type LogitValues = ArrayLike<LogitValue> & { readonly [unit]?: "logits" };

/** A probability, as sigmoid gives it. */
export type ProbabilityValue = number & { readonly [unit]?: "probabilities" };

/**
 * Probabilities, as softmax gives them: a plain Float64Array, which no function takes for logits, nor one of its numbers, a
 * part or a copy of it, by whatever method. What `map`, arithmetic or `Float64Array.from` make of it are plain numbers again:
 * no compiler knows what they mean.
 */
export interface ProbabilityValues<B extends ArrayBufferLike = ArrayBufferLike> extends Float64Array<B> {
  readonly [unit]?: "probabilities";
  [index: number]: ProbabilityValue;
  at(index: number): ProbabilityValue | undefined;
  slice(start?: number, end?: number): ProbabilityValues<ArrayBuffer>;
  subarray(begin?: number, end?: number): ProbabilityValues<B>;
  toReversed(): ProbabilityValues<ArrayBuffer>;
  toSorted(compareFn?: (a: number, b: number) => number): ProbabilityValues<ArrayBuffer>;
  values(): ArrayIterator<ProbabilityValue>;
  entries(): ArrayIterator<[number, ProbabilityValue]>;
  [Symbol.iterator](): ArrayIterator<ProbabilityValue>;
}
