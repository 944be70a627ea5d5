import { InputError } from "@sigmax/core";
import { activations, type ActivationFacts } from "@sigmax/core/functions";
import { printJson, printLines, table } from "../output.ts";
import { inLayers } from "../report/in-layers.ts";
import { didYouMean } from "../sources/suggest.ts";
import { checkWritable, writeFileWhole } from "../write.ts";
import { drawCurves } from "./draw-curves.ts";
import type { FunctionsFlags } from "./functions.flags.ts";

/** Where the graphs of the terminal and the points of the JSON begin and end. */
const [from, to] = [-4, 4];

export async function showFunctions(flags: FunctionsFlags, name?: string): Promise<void> {
  if (name === "attention") return showAttention(flags);
  const chosen = name === undefined ? activations : [find(name)];
  if (flags.out !== undefined) {
    await checkWritable(flags.out);
    const { renderAtlas } = await import("../report/atlas.ts");
    await writeFileWhole(flags.out, renderAtlas(chosen));
  }
  const atlas = flags.out ?? null;
  if (flags.json)
    printJson(
      name === undefined
        ? { functions: chosen.map(factsJson), atlas }
        : { function: { ...factsJson(chosen[0]), points: pointsOf(chosen[0]) }, atlas },
    );
  else if (atlas !== null) printLines([`Atlas  ${atlas}`]);
  else printLines(name === undefined ? listed(chosen) : described(chosen[0]));
}

/** Attention by the online softmax: the steps of one example in the terminal, as JSON, or on a page to step through. */
async function showAttention({ out, json = false }: FunctionsFlags): Promise<void> {
  if (out !== undefined) {
    await checkWritable(out);
    const { renderAttentionStepper } = await import("../report/attention-stepper.ts");
    await writeFileWhole(out, renderAttentionStepper());
  }
  const { flowerSteps, flowers, query } = await import("../report/attention-example.ts");
  const steps = flowerSteps();
  const stepper = out ?? null;
  if (json)
    printJson({
      attention: {
        query,
        steps: steps.map((step, i) => ({
          key: flowers[i],
          ...step,
          weighted: [...step.weighted],
          output: [...step.output],
        })),
      },
      stepper,
    });
  else if (stepper !== null) printLines([`Stepper  ${stepper}`]);
  else
    printLines([
      "Attention: softmax(Q Kᵀ / √d) V, by the online softmax: one pass, nothing kept but a maximum and two sums.",
      `The query is ${query.name} of Fisher's irises; it attends to six others, whose values are their species.`,
      "",
      ...table([
        ["key", "score", "maximum", "factor", "weight", "sum", "output"],
        ...steps.map(({ score, largest, factor, weight, sum, output }, i) => [
          flowers[i].name,
          ...[score, largest, factor, weight, sum].map((x) => x.toFixed(3)),
          [...output].map((x) => x.toFixed(3)).join(" "),
        ]),
      ]),
      "",
      "sigmax functions attention --out attention.html writes a page that steps through it.",
    ]);
}

/** What else a function is called, by others or as a layer. */
const otherNames: Readonly<Record<string, string>> = {
  logistic: "sigmoid",
  silu: "swish",
  "prelu-layer": "prelu",
  "swish-learned": "swish",
};

/** @throws InputError when there is no such function */
function find(name: string): ActivationFacts {
  const found = activations.find((facts) => facts.name === name);
  if (found !== undefined) return found;
  const known = [...activations.map((facts) => facts.name), "attention"];
  const other = new Map(Object.entries(otherNames)).get(name.toLowerCase());
  const meant = other === undefined ? didYouMean(name, known) : `; did you mean "${other}"?`;
  throw new InputError(
    `functions: there is no function "${name}"${meant || `; expected one of ${known.join(", ")}`}`,
  );
}

function listed(all: readonly ActivationFacts[]): string[] {
  const [head, ...rows] = table([
    ["name", "values", "derivative", "formula"],
    ...all.map((facts) => [facts.name, facts.range, facts.derivativeRange, facts.formula]),
  ]);
  return [
    head,
    ...all.flatMap(({ fact }, i) => [rows[i], `    ${fact}`]),
    "",
    "sigmax functions <name> draws one; --out atlas.html writes the page of all.",
    "sigmax functions attention steps through attention.",
  ];
}

function described(facts: ActivationFacts): string[] {
  const { graph } = facts;
  return [
    `${facts.title}: ${facts.fact}`,
    "",
    `  ${facts.formula}`,
    `  ${facts.derivative}`,
    "",
    ...drawCurves(graph, from, to),
    "",
    `  Solid: the value. Dashed: the derivative.${graph.about === null ? "" : ` Drawn: ${graph.about}.`}`,
    "",
    ...table([
      ["values", facts.range],
      ["derivative", facts.derivativeRange],
      ["kinks", facts.kinks],
      ["in layers", inLayers(facts.name)],
      ["from", facts.source],
    ]).map((line) => `  ${line}`),
    "",
    ...facts.strengths.map((strength) => `  + ${strength}`),
    ...facts.weaknesses.map((weakness) => `  − ${weakness}`),
  ];
}

function factsJson({ activation, graph, ...facts }: ActivationFacts): object {
  return { ...facts, parameter: activation?.parameter ?? null, drawn: graph.about };
}

function pointsOf({ graph }: ActivationFacts): object[] {
  return Array.from({ length: 8 * (to - from) + 1 }, (_, i) => {
    const x = from + i / 8;
    return { x, value: graph.value(x), derivative: graph.derivative(x) };
  });
}
