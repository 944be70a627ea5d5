// Scores of any model as plain arrays: calibrated, with guaranteed label sets, and decided on.
import { chooseCalibrator } from "@sigmax/core/calibrate";
import { fitConformal } from "@sigmax/core/conformal";
import type { Labels, Logits } from "@sigmax/core/data";
import { decide, readPolicy, type Decision } from "@sigmax/core/decide";
import { softmaxHead } from "@sigmax/core/model";

/** What another program gave: a logit for each class of each case, and what the cases turned out to be. */
export interface Scores {
  readonly classes: readonly string[];
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly string[];
}

/** What to do, and what it costs when a case is of a class. */
const policy = {
  costs: {
    "send home": { benign: 0, malignant: 50 },
    biopsy: { benign: 1, malignant: 0 },
    refer: 2,
  },
  referWhen: ["ambiguous", "atypical"],
};

/** Each row serves once: some choose the calibrator, others carry the guarantee, and new ones are decided on. */
export function decideCase(kept: Scores, guarantee: Scores, newCase: readonly number[]): Decision {
  const { calibrator, reason } = chooseCalibrator(logitsOf(kept.logits), labelsOf(kept));
  const calibrated = (logits: Logits) => softmaxHead.probabilities(calibrator.apply(logits));

  const conformal = fitConformal(calibrated(logitsOf(guarantee.logits)), labelsOf(guarantee), {
    coverage: 0.95,
    by: "class",
  });

  const probabilities = calibrated(logitsOf([newCase]));
  const decisions = decide(readPolicy(policy, kept.classes), {
    probabilities,
    sets: conformal.sets(probabilities).members,
    promises: [
      `the true class is in the set for at least 95 % of the cases of each class, from ${guarantee.labels.length} cases kept for this`,
    ],
    ids: { calibration: reason },
  });
  return decisions.decisionAt(0);
}

function logitsOf(rows: readonly (readonly number[])[]): Logits {
  return {
    rows: rows.length,
    columns: rows[0].length,
    values: Float64Array.from(rows.flat()),
    unit: "logits",
  };
}

function labelsOf({ classes, labels }: Scores): Labels {
  return { classes, indices: Int32Array.from(labels, (label) => classes.indexOf(label)) };
}
