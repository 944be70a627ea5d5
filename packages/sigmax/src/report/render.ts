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
import { html, trusted, type Html } from "./html.ts";
import { limits } from "./limits.ts";
import { metrics } from "./metrics.ts";
import { mistakes } from "./mistakes.ts";
import { network } from "./network.ts";
import { promises } from "./promises.ts";
import { ranking } from "./ranking.ts";
import { reasons } from "./reasons.ts";
import { referredSection } from "./referred.ts";
import { reliability } from "./reliability.ts";
import { selection } from "./selection.ts";
import { labelSets } from "./sets.ts";
import { styleSheet } from "./style.ts";
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
  fit,
  coefficients,
  weights,
  mistakes,
  reasons,
  modelCard,
];

/**
 * One HTML file that shows a model, the run that made it, and what held-out rows say about it.
 * It holds its own style and pictures, runs no script and asks the network for nothing.
 * Pure: plain data in, text out, so that it can run in a worker.
 */
export function renderReport(data: ReportData): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="sigmax ${data.version}" />
        <title>${data.source} · Sigmax report</title>
        <style>
          ${trusted(styleSheet)}
        </style>
      </head>
      <body>
        ${summary(data)}
        <main>${sections.map((section) => section(data))}</main>
        ${limits(data)}
      </body>
    </html> `;
  return page.markup;
}
