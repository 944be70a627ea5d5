import { InputError, readModel } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import { printJson, printLines, printPieces } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { stopwatch } from "../stopwatch.ts";
import { writeFileWhole } from "../write.ts";
import { openCases, type Cases } from "./cases.ts";
import type { DecideFlags } from "./decide.flags.ts";
import { createDecider } from "./decider.ts";
import { explainCase } from "./explain-case.ts";
import { decisionReportPath, reportOfDecisions } from "./decision-report.ts";
import { decisionColumns, decisionRows, ownNames, withoutReader } from "./decision-rows.ts";
import { decisionsInJson, decisionsInWords } from "./decision-summary.ts";
import { createTally } from "./decision-tally.ts";
import { needRisk } from "./guarantees.ts";
import { checkOutput, keptColumns } from "./kept.ts";
import { openPolicy } from "./policy-file.ts";
import { prevalenceOf } from "./prevalence.ts";
import { openReadings, type Readings } from "./readings.ts";
import { writeReport } from "./report-file.ts";
import { rowWriter } from "./row-writer.ts";
import { createSecondDecisions } from "./second-decision.ts";

/** Acts on every row of a source, or refers it. */
export async function decideRows(flags: DecideFlags, modelPath: string, sourceName: string): Promise<void> {
  const clock = stopwatch();
  const { out, explain, policy: policyPath } = flags;
  if (policyPath === undefined)
    throw new InputError(
      "decide: say what can be done and what it costs: --policy policy.json; --help shows one",
    );
  if (out === undefined && flags.json && explain === undefined)
    throw new InputError("--json: name the file for the decisions too: --out decisions.csv");
  if (out !== undefined) await checkOutput(out, [modelPath, sourceName, policyPath]);

  const file = await readBytes(modelPath);
  const model = readModel(file.bytes, { where: modelPath });
  if (!model.head.isExclusive) {
    const { decideLabelRows } = await import("./decide-labels.ts");
    const paths = { model: modelPath, policy: policyPath, source: sourceName };
    return decideLabelRows(flags, model, (await file.sha256).slice(0, 12), paths);
  }
  const { policy, id } = await openPolicy(policyPath, model.classes);
  if (policy.kind === "risk" && flags.prevalence)
    throw new InputError(
      "--prevalence: what was promised of a risk does not carry over to other shares of the classes; give a policy of costs or thresholds",
    );
  if (policy.kind === "risk") needRisk(model.guarantees, modelPath, policy);
  const cases = await openCases(model, modelPath, sourceName, {
    ...flags,
    policy,
    groupColumn: model.guarantees?.groupColumn ?? null,
  });
  const report = await decisionReportPath(flags, cases, [modelPath, sourceName, policyPath]);
  const prevalence = flags.prevalence ? prevalenceOf(model, modelPath, flags.prevalence) : null;
  const decider = createDecider(model, cases, {
    policy,
    ids: { model: (await file.sha256).slice(0, 12), calibration: calibrationId(model), policy: id },
    confidence: confidenceOf(model, modelPath, flags),
    prevalence,
  });
  const readings = await readingsOf(flags, model, cases);
  const second = readings && createSecondDecisions(model, cases, decider, readings);
  if (explain !== undefined) {
    explainCase(model, cases, decider, explain, { isJson: flags.json ?? false, second });
    return;
  }
  const kept = keptColumns(
    cases.name,
    cases.data,
    flags.keep ?? [],
    ownNames(decider, out ?? ""),
    "decisions",
  );
  const write = await rowWriter(out ?? "", decisionColumns(decider, kept));
  const tally = createTally(policy, cases, prevalence === null);
  const load = clock.lap();
  const pieces = function* (): Generator<string | Uint8Array> {
    yield write.begin();
    for (let first = 0; first < cases.places.length; first += write.rowsAtOnce) {
      const decided = decider.decide(cases.places.subarray(first, first + write.rowsAtOnce));
      const final = second?.apply(decided) ?? withoutReader(decided);
      tally.add(final);
      yield write.block(decisionRows(decider, kept, final));
    }
    yield write.end();
  };
  if (out === undefined) await printPieces(pieces());
  else await writeFileWhole(out, pieces());
  const decide = clock.lap();
  const measured = tally.measure(flags.seed);
  const measure = clock.lap();
  if (report !== null) {
    const taken = { load, evaluate: measure };
    const facts = { modelPath, kept, measured, seconds: taken, seed: flags.seed };
    await writeReport(report, reportOfDecisions(model, cases, decider, facts));
  }
  const seconds = { load, decide, measure, total: clock.total() };
  const reader = readings && second && { readings, here: second.compare() };
  const summary = { model, cases, decider, counts: tally.counts(), measured, reader };
  if (out === undefined) for (const note of cases.notes) process.stderr.write(`${note}\n`);
  else if (flags.json)
    printJson({
      ...decisionsInJson(summary),
      seconds,
      model: modelPath,
      source: sourceName,
      decisions: out,
      report,
    });
  else if (!flags.quiet)
    printLines([
      ...decisionsInWords(summary),
      `Decisions  ${out}`,
      ...(report === null ? [] : [`Report     ${report}`]),
    ]);
}

/** What a reader said; null where nobody was asked. */
async function readingsOf(
  { readings, readerLog, seed, target }: DecideFlags,
  { classes, training }: SavedModel,
  cases: Cases,
): Promise<Readings | null> {
  const known = { classes, target: target ?? training.target };
  if (readings !== undefined) return openReadings(readings, readerLog, known, cases, seed);
  if (readerLog === undefined) return null;
  throw new InputError(
    "--reader-log: says how right a reader is; name what the reader says of these rows: --readings <file>",
  );
}

/** "temperature, 120 rows of breast-cancer" */
function calibrationId({ calibration }: SavedModel): string {
  return calibration === null
    ? "none"
    : `${calibration.calibrator.kind}, ${calibration.rows} rows of ${calibration.source}`;
}

/** Of the intervals: those asked for, or the usual ones where the model can give them. */
function confidenceOf(
  model: SavedModel,
  modelPath: string,
  { intervals, prevalence }: DecideFlags,
): number | null {
  if (intervals === "none") return null;
  if (prevalence && model.classes.length > 2) {
    if (intervals === undefined) return null;
    throw new InputError(
      "--intervals: with --prevalence there are intervals for two classes only; say --intervals none",
    );
  }
  if (model.inference !== null) return intervals ?? 0.95;
  if (intervals === undefined) return null;
  throw new InputError(
    `--intervals: ${modelPath} keeps no covariance of its coefficients; train it by an exact solver (--solver auto) with at most 1,000 coefficients, or name a --covariance`,
  );
}
