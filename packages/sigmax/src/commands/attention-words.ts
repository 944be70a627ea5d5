import type { Classifier } from "@sigmax/core";
import type { Removal, TokensAway } from "@sigmax/core/inference";

/** Whether `sigmax attend` has something to show of it. */
export function hasAttention({ body }: Classifier): boolean {
  return body?.layers.some(({ kind }) => kind === "attention-pooling") ?? false;
}

/** Whether attention explains the prediction, in a sentence or two. */
export function verdictOf({ class: name, count, most, random, explains }: Removal): string {
  const tokens = count === 1 ? "the token most attended to" : `the ${count} tokens most attended to`;
  const away = `without ${tokens} the log-odds of “${name}” change by ${signed(most.change)}`;
  const range = `95 % of ${random.draws} random draws of as many: ${signed(random.range[0])} to ${signed(random.range[1])}`;
  switch (explains) {
    case "yes":
      return `Attention explains this prediction: ${away}, a deeper fall than at random (${range}).`;
    case "no":
      return `Attention does not explain this prediction: ${away}, no more than at random (${range}).`;
    case "undecided":
      return `Whether attention explains this prediction cannot be told: so few tokens can be taken away in too few ways to tell chance apart; ${away}, random ones by ${signed(random.change)} on average.`;
    case "misleads":
      break;
  }
  return `Attention misleads here: ${away}, less of a fall than at random (${range}); what the prediction rests on lies elsewhere.`;
}

/** What stands in the place of a token that is taken away. */
export function standInOf({ standIn }: Removal): string {
  switch (standIn) {
    case "zero":
      return "pixels of 0 in their place";
    case "mean":
      return "the mean of the training rows in their place";
    case "mean or none":
      break;
  }
  return "in their place the mean of the training rows; a category, or that a value is missing, is not set";
}

/** Of tokens taken away, how many were as what stands in their place before; empty where none was. */
export function unchangedOf({ standIn }: Removal, { blank }: TokensAway): string {
  return blank === 0 ? "" : `${blank} of them ${standIn === "zero" ? "blank" : "so"} already`;
}

export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
