import { against } from "./against.ts";
import { benefit } from "./benefit.ts";
import { calibration } from "./calibration.ts";
import { modelCard } from "./card.ts";
import { classFigures } from "./classes.ts";
import { coefficients } from "./coefficients.ts";
import { confusions } from "./confusion.ts";
import { costs } from "./costs.ts";
import { learningCurves } from "./curves.ts";
import type { ReportData } from "./data.ts";
import { fit } from "./fit.ts";
import { html, type Html } from "./html.ts";
import { limits } from "./limits.ts";
import { metrics } from "./metrics.ts";
import { mistakes } from "./mistakes.ts";
import { network } from "./network.ts";
import { page } from "./page.ts";
import { promises } from "./promises.ts";
import { ranking } from "./ranking.ts";
import { reasons } from "./reasons.ts";
import { referredSection } from "./referred.ts";
import { reliability } from "./reliability.ts";
import { selection } from "./selection.ts";
import { labelSets } from "./sets.ts";
import { subgroups } from "./subgroups.ts";
import { summary } from "./summary.ts";
import { validation } from "./validation.ts";
import { weights } from "./weights.ts";

/** In the order of the page; one that has nothing to show for a run gives `nothing`. */
const sections: readonly ((data: ReportData) => Html)[] = [
  metrics,
  validation,
  learningCurves,
  network,
  confusions,
  classFigures,
  ranking,
  reliability,
  calibration,
  promises,
  labelSets,
  selection,
  benefit,
  costs,
  referredSection,
  subgroups,
  against,
  fit,
  coefficients,
  weights,
  mistakes,
  reasons,
  modelCard,
];

/**
 * One HTML file that shows a model, the run that made it, and what held-out rows say about it.
 * Pure: plain data in, text out, so that it can run in a worker.
 */
export function renderReport(data: ReportData): string {
  return page(
    `${data.source} · Sigmax report`,
    data.version,
    html`${summary(data)}
      <main>${sections.map((section) => section(data))}</main>
      ${limits(data)}`,
  );
}
