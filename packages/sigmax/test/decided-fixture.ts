import { evaluate, fitClassifier, type Classifier } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import { chooseCalibrator, fitCalibrator } from "@sigmax/core/calibrate";
import { fitConformal } from "@sigmax/core/conformal";
import { labelsOf, table, takeTableRows, type Labels, type Table } from "@sigmax/core/data";
import { decide, fitSelective, policyCosts, readPolicy } from "@sigmax/core/decide";
import { createKernels } from "@sigmax/core/kernels";
import { createClassifier } from "@sigmax/core/model";
import { createGenerator } from "@sigmax/core/random";

import { buildReport, type Reported } from "../src/report/build.ts";

interface Shape {
  readonly classes: readonly string[];
  /** The groups of the column "ward". */
  readonly wards: readonly string[];
  /** Of the made-up rows, a quarter each to train, calibrate, guarantee, and test. */
  readonly rows?: number;
  readonly coverage?: number;
  readonly by?: "all" | "class" | "ward";
  readonly targetRisk?: number;
  readonly policy?: object;
  readonly ids?: readonly string[];
}

/** A model taken through calibration, guarantees and decisions on made-up rows, and its report on the rest of them. */
export async function decidedReport({
  classes,
  wards,
  rows = 1600,
  coverage = 0.9,
  by = "all",
  targetRisk = 0.1,
  policy,
  ids = [],
}: Shape): Promise<{ readonly page: string; readonly reported: Reported }> {
  const quarter = rows / 4;
  const { data, labels } = madeUpRows(classes, wards, rows);
  const part = (index: number): { data: Table; labels: Labels } => {
    const places = Uint32Array.from({ length: quarter }, (_, i) => index * quarter + i);
    const indices = labels.indices.slice(index * quarter, (index + 1) * quarter);
    return { data: takeTableRows(data, places), labels: { classes, indices } };
  };
  const [train, calibrate, guarantee, tested] = [0, 1, 2, 3].map(part);
  const fitted = await fitClassifier(
    { table: train.data, labels: train.labels, source: "made-up", target: "class" },
    { kernels: createKernels() },
  );
  const raw = fitted.rawLogits(calibrate.data);
  const choice = chooseCalibrator(raw, calibrate.labels);
  const calibration = {
    calibrator: fitCalibrator("temperature", raw, calibrate.labels),
    source: "made-up",
    rows: quarter,
    reason: "temperature was asked for",
  };
  const model = createClassifier({ ...fitted, calibration }, createKernels());
  const guarantees = promised(model, guarantee, { coverage, by, targetRisk });
  const logits = model.logits(tested.data);
  const places = Uint32Array.from({ length: quarter }, (_, i) => 3 * quarter + i);
  const reported: Reported = {
    model,
    guarantees,
    source: { name: "made-up", scale: null },
    tested: { ...tested, places },
    evaluatedOn: "test",
    logits,
    evaluation: evaluate(logits, tested.labels, { draws: 200 }),
    modelPath: "made-up.sigmax",
    seconds: { load: 0, evaluate: 0 },
    candidates: choice.candidates,
    by: "ward",
    ...(policy && decided(model, guarantees, { ...tested, places }, policy, ids)),
  };
  return { page: buildReport(reported), reported };
}

function promised(
  model: Classifier,
  { data, labels }: { data: Table; labels: Labels },
  { coverage, by, targetRisk }: Required<Pick<Shape, "coverage" | "by" | "targetRisk">>,
): Guarantees {
  const probabilities = model.predict(data);
  return {
    source: "made-up",
    rows: data.rows,
    groupColumn: by === "ward" ? "ward" : null,
    sets: fitConformal(probabilities, labels, { coverage, by: by === "ward" ? wardsOf(data) : by }),
    selective: fitSelective(probabilities, labels, { targetRisk }),
  };
}

function decided(
  model: Classifier,
  { sets }: Guarantees,
  { data, labels, places }: { data: Table; labels: Labels; places: Uint32Array },
  json: object,
  ids: readonly string[],
): Pick<Reported, "decided" | "costs"> {
  const policy = readPolicy(json, model.classes);
  const probabilities = model.predict(data);
  const found = sets?.by === "group" ? null : sets?.sets(probabilities);
  const decisions = decide(policy, { probabilities, ...(found && { sets: found.members }) });
  const all = Array.from({ length: 4 * data.rows }, (_, row) => row);
  const kept = ids.map((name) => ({
    kind: "categorical" as const,
    name,
    categories: all.map((row) => `${name} ${row}`),
    codes: Int32Array.from(all),
  }));
  return {
    decided: { decisions, probabilities, places, kept },
    ...(policy.kind === "costs" && {
      costs: policyCosts(policy, decisions, probabilities, labels, { draws: 1000 }),
    }),
  };
}

function wardsOf({ columns }: Table): Labels {
  const ward = columns.find(({ name }) => name === "ward");
  if (ward?.kind !== "categorical") throw new Error("the rows have no ward");
  return labelsOf(Array.from(ward.codes, (code) => ward.categories[code]));
}

/** The classes stand apart along the first column, less so in the last ward, which has one row in forty. */
function madeUpRows(
  classes: readonly string[],
  wards: readonly string[],
  rows: number,
): { data: Table; labels: Labels } {
  const generator = createGenerator(23);
  const indices = Int32Array.from({ length: rows }, () => generator.below(classes.length));
  const codes = Int32Array.from(indices, () =>
    generator.below(40) === 0 ? wards.length - 1 : generator.below(wards.length - 1),
  );
  const data = table([
    {
      kind: "numeric",
      name: "marker",
      values: Float64Array.from(indices, (k) => 2.6 * k + 1.1 * generator.normal()),
      missing: null,
    },
    { kind: "categorical", name: "ward", categories: wards, codes },
  ]);
  return { data, labels: { classes, indices } };
}
