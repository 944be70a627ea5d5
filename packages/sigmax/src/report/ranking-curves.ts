import type { Labels, Logits } from "@sigmax/core";
import { classScores, marksOf, rocCurve, type Evaluation } from "@sigmax/core/evaluate";
import type { RankingCurve } from "./data.ts";

/** More lines could not be told apart. */
const mostCurves = 5;

/** The curve of the event of two classes; of more, those of the classes with the smallest areas. */
export function rankingCurves(logits: Logits, labels: Labels, evaluation: Evaluation): RankingCurve[] {
  const { perClass, positive } = evaluation;
  const scoresOf = classScores(logits);
  return perClass
    .map((each, k) => ({ ...each, k }))
    .filter((each) => each.auc !== null && (positive === null || each.class === positive))
    .toSorted((a, b) => a.auc! - b.auc!)
    .slice(0, mostCurves)
    .map(({ class: name, k }) => ({ class: name, points: rocCurve(scoresOf(k), marksOf(labels, k)) }));
}
