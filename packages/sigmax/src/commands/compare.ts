import { InputError, version, type FitOptions } from "@sigmax/core";
import { rowsWithRole, splitRows } from "@sigmax/core/data";
import { compareFits, type FitChoice, type FitComparison } from "@sigmax/core/evaluate";
import { createKernels } from "@sigmax/core/kernels";
import type { MatrixData, TableData } from "@sigmax/core/train";
import { printJson, printLines, table } from "../output.ts";
import { startProgress } from "../progress.ts";
import { scientific } from "../report/format.ts";
import { openSource } from "../sources/open.ts";
import type { Source } from "../sources/source.ts";
import { writeFileWhole } from "../write.ts";
import { weightsIn, withCarried } from "./carried.ts";
import type { CompareFlags } from "./compare.flags.ts";
import { comparisonInWords, verdicts, worthOfNetworks } from "./comparison-words.ts";
import { withDashes } from "./flag-words.ts";
import { measureHeads, type HeadsMeasured } from "./head-laws.ts";
import { lawInWords, lawsInOneSentence, practiceInWords } from "./head-words.ts";
import { reportPathOf } from "./report-file.ts";
import { pickRows, wholePart } from "./rows.ts";
import { tableOptions } from "./table.flags.ts";
import { trainingData } from "./training-data.ts";
import type { TrainFlags } from "./train.flags.ts";
import { checkFolds, fitOptionsOf } from "./train.options.ts";
import { readVariation, refusalOf, widthsInWords, withValue, type Variation } from "./variations.ts";

/** Rows that are enough to show a law. */
const mostSampled = 1000;

export async function compare(flags: CompareFlags, sourceName: string): Promise<void> {
  const { folds = 10, repeats = 3, seed } = flags;
  const variation = variationOf(flags);
  const widths = variation.option === "activation" ? widthsInWords(flags.hidden) : null;
  const report = await reportPathOf(flags.report, null, [sourceName]);
  const { heads: _heads, ...others } = flags; // not those of attention
  const fitting: TrainFlags = { ...others, folds, resume: false };
  const kernels = createKernels();
  const varied = await Promise.all(
    variation.values.map(async (value) => ({
      name: nameOf(variation, value),
      options: await optionsWith(fitting, variation, value),
    })),
  );

  const source = await openSource(sourceName, withCarried(tableOptions(flags), flags));
  const [part] = source.parts;
  const { classes } = part.labels;
  if (classes.length < 2)
    throw new InputError(`${source.name}: expected rows of two classes or more, all are of "${classes[0]}"`);
  const isHeads = variation.option === "head";
  if (isHeads && classes.length !== 2)
    throw new InputError(
      `--${flags.heads ? "heads" : "vary"}: one sigmoid output or two softmax outputs is a question for two classes, ${source.name} has ${classes.length}`,
    );
  checkFolds(part.labels, folds);
  weightsIn(part.data, flags);
  const given = { scaling: source.scale ?? "standardize", kernels } as const;
  const data = trainingData(source, { train: wholePart(part), ledger: [] }, flags);
  const heads = isHeads
    ? await measureHeads(sampleOf(source, flags), { ...varied[0].options, ...given })
    : null;
  const choices: FitChoice[] = varied.map(({ name, options }) => ({
    name,
    options: { ...options, ...given },
  }));
  if (heads?.matched) choices.push(heads.matched);
  const comparison = await fitAll(data, choices, { folds, repeats, seed }, variation, flags);
  const found = [
    ...verdicts(comparison),
    ...(heads?.remark ? [heads.remark] : []),
    ...(isAgainstLinear(variation) ? [worthOfNetworks(comparison)] : []),
  ];

  if (report !== null) {
    const { renderComparison } = await import("../report/comparison.ts");
    const page = renderComparison({
      source: source.name,
      target: source.target,
      rows: part.data.rows,
      option: variation.option,
      widths,
      comparison,
      verdicts: found,
      heads,
      version,
    });
    await writeFileWhole(report, page);
  }
  if (flags.json)
    printJson({
      source: sourceName,
      rows: part.data.rows,
      target: source.target,
      varied: variation.option,
      ...(heads && {
        heads: {
          rows: heads.rows,
          features: heads.features,
          laws: heads.laws,
          practice: heads.practice,
        },
      }),
      ...comparison,
      seed,
      verdicts: found,
      report,
    });
  else if (!flags.quiet)
    printLines([
      ...(heads ? [...headsInWords(heads), ""] : []),
      ...(widths === null ? [] : [widths]),
      ...comparisonInWords(comparison, part.data.rows),
      "",
      ...found,
      ...(comparison.fits[0].byFold[0].rows < 1000
        ? ["", "The calibration error of so few rows is too high for every fit: compare it, do not quote it."]
        : []),
      ...(report === null ? [] : ["", `Report  ${report}`]),
    ]);
}

/** --heads is --vary head by another name. @throws InputError also where an option is both varied and given */
function variationOf(flags: CompareFlags): Variation {
  const variation = askedOf(flags);
  const { option } = variation;
  const given = Object.entries(flags).some(
    ([name, value]) => name !== "heads" && withDashes(name) === `--${option}` && (value ?? false) !== false,
  );
  if (given)
    throw new InputError(
      `--${flags.heads === undefined ? `vary ${option}` : "heads"} and --${option}: expected one of the two, got both`,
    );
  return variation;
}

function askedOf({ heads, vary }: CompareFlags): Variation {
  if (heads !== undefined && vary !== undefined)
    throw new InputError("--heads and --vary: expected one of the two, got both");
  if (heads !== undefined) {
    const unknown = heads.find((head) => head !== "sigmoid" && head !== "softmax");
    if (unknown !== undefined) throw new InputError(`--heads: expected sigmoid and softmax, got ${unknown}`);
    return { option: "head", values: heads };
  }
  if (vary !== undefined) return readVariation(vary);
  throw new InputError("expected --heads sigmoid,softmax or --vary option=a,b: what is to be compared");
}

/** Whether networks are held against the linear model, which comes first. */
function isAgainstLinear({ option, values }: Variation): boolean {
  return (option === "hidden" || option === "body") && values[0] === "none";
}

/** A value speaks for itself where it is a word; a number needs the name of what it is. */
function nameOf({ option }: Variation, value: string): string {
  return /^[\d.]/.test(value) || value === "none" || value === "true" || value === "false"
    ? `${option} ${value}`
    : value;
}

/** All rows, or some of them, class by class. */
function sampleOf(source: Source, flags: CompareFlags): MatrixData | TableData {
  const [part] = source.parts;
  const { rows } = part.data;
  const train =
    rows <= mostSampled
      ? wholePart(part)
      : pickRows(
          part,
          rowsWithRole(
            splitRows(part.labels, { train: mostSampled / rows, test: 1 - mostSampled / rows }, flags),
            "train",
          ),
        );
  return trainingData(source, { train, ledger: [] }, flags);
}

async function fitAll(
  data: MatrixData | TableData,
  choices: readonly FitChoice[],
  division: { folds: number; repeats: number; seed: number },
  variation: Variation,
  { json, quiet }: CompareFlags,
): Promise<FitComparison> {
  const progress = startProgress(!json && !quiet);
  try {
    return await compareFits(data, choices, {
      ...division,
      onFit: (done, all) => progress.show(done / all, `fit ${done} of ${all}`),
    });
  } catch (error) {
    const [, name, sentence] = error instanceof InputError ? (refusedFit.exec(error.message) ?? []) : [];
    const value = variation.values.find((own) => nameOf(variation, own) === name);
    throw value === undefined ? error : refusalOf(variation, value, sentence);
  } finally {
    progress.end();
  }
}

/** How `compareFits` names the fit that it could not make. */
const refusedFit = /^compareFits: with ([^,]*), (.*)$/s;

async function optionsWith(fitting: TrainFlags, variation: Variation, value: string): Promise<FitOptions> {
  try {
    return fitOptionsOf(await withValue(fitting, variation.option, value));
  } catch (error) {
    throw error instanceof InputError ? refusalOf(variation, value, error.message) : error;
  }
}

function headsInWords({ rows, features, laws, practice }: HeadsMeasured): string[] {
  return [
    `Exact laws, tried in float64 on ${rows} rows and ${features} features from weights of 0. Largest difference of a weight, at the optimum also of a probability:`,
    ...table(
      [
        ["", "by the law", "without it"],
        ...laws.map((law) => [
          lawInWords(law),
          scientific(law.difference),
          law.unmatched === null ? "" : scientific(law.unmatched),
        ]),
      ],
      [1, 2],
    ).map((line) => `  ${line}`),
    lawsInOneSentence(laws),
    "",
    "In practice, with the same options for both:",
    ...practiceInWords(practice).map((line) => `  ${line}`),
  ];
}
