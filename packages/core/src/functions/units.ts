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

/** Probabilities, as softmax gives them: a plain Float64Array, which no function takes for logits, nor one of its numbers. */
export type ProbabilityValues = Float64Array & {
  readonly [unit]?: "probabilities";
  [index: number]: ProbabilityValue;
};
