import type { InputParser } from "@stricli/core";
import { InputError } from "@sigmax/core";
import { didYouMean } from "../sources/suggest.ts";
import { inFlags, withDashes } from "./flag-words.ts";
import { trainFlags, type TrainFlags } from "./train.flags.ts";

/** An option of train with its values, as the user wrote it. */
export interface Variation {
  /** As a command line writes it, without its dashes: "learning-rate". */
  readonly option: string;
  readonly values: readonly string[];
}

type Flag =
  | { readonly kind: "parsed"; readonly parse: InputParser<unknown> }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "boolean" | "counter" };

/** Options of train that change a fit. */
const variable = [
  "solver",
  "hidden",
  "body",
  "tokens",
  "heads",
  "width",
  "depth",
  "positions",
  "epochs",
  "batch",
  "learningRate",
  "schedule",
  "warmUp",
  "stepEpochs",
  "stepFactor",
  "momentum",
  "nesterov",
  "l2",
  "rule",
  "l1Ratio",
  "penaltyUnits",
  "tolerance",
  "classWeight",
  "weightedProbabilities",
  "head",
  "initialization",
  "dropout",
  "layerNorm",
  "residual",
  "weightDecay",
  "clipNorm",
  "labelSmoothing",
  "patience",
  "validate",
];

/** What people call an option of ours. */
const otherNames: Readonly<Record<string, string>> = { optimizer: "solver" };

/** The width of hidden layers where activations are compared and no layers are given. */
const usualUnits = "32";

/** What activations are put into where they are what is compared. @param hidden as --hidden has it */
export function widthsInWords(hidden: string = usualUnits): string {
  const widths = hidden.split(",").map((layer) => layer.split(":")[0].trim());
  return `Each activation in ${widths.length === 1 ? "one hidden layer" : "hidden layers"} of ${widths.join(", ")} units.`;
}

/**
 * "l2=0.1,1,10". Inside a value + stands for a comma: "hidden=16:relu,16:relu+8:relu".
 *
 * @throws InputError unless it is an option of train that changes a fit, and two values or more, each once
 */
export function readVariation(text: string): Variation {
  const at = text.indexOf("=");
  const written = (at < 0 ? text : text.slice(0, at)).trim().replace(/^--/, "");
  const flags = flagsOfTrain();
  const known = [...flags.keys()].map((name) => withDashes(name).slice(2));
  const all = [...known, ...Object.keys(otherNames), "activation"];
  if (!all.includes(written))
    throw new InputError(
      `--vary: train has no option "${written}" to compare fits by${didYouMean(written, all) || `; it has activation, ${known.join(", ")}`}`,
    );
  const values =
    at < 0
      ? []
      : text
          .slice(at + 1)
          .split(",")
          .map((value) => value.trim());
  if (values.length < 2 || values.includes(""))
    throw new InputError(
      `--vary: expected two values or more with commas between (${written}=a,b), got ${text}`,
    );
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) throw new InputError(`--vary: ${written} has the value ${twice} twice`);
  return { option: otherNames[written] ?? written, values };
}

/**
 * The flags of a fit with one value put in.
 *
 * @throws InputError when the option does not take the value
 */
export async function withValue(flags: TrainFlags, option: string, value: string): Promise<TrainFlags> {
  if (option === "activation") {
    const layers = (flags.hidden ?? usualUnits)
      .split(",")
      .map((layer) => `${layer.split(":")[0].trim()}:${value}`);
    return { ...flags, hidden: layers.join(",") };
  }
  const name = option.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  if (name === "hidden" && value === "none") {
    const { hidden: _hidden, ...linear } = flags;
    return linear;
  }
  if (name === "body" && value === "none") {
    const { body: _body, tokens: _tokens, heads: _heads, width: _width, ...rest } = flags;
    const { depth: _depth, positions: _positions, ...linear } = rest;
    return linear;
  }
  const flag = flagsOfTrain().get(name);
  if (flag === undefined) throw new Error(`train has no flag ${name}`); // readVariation let none through
  return { ...flags, ...Object.fromEntries([[name, await parsed(option, flag, value)]]) };
}

/** What a value was refused with, as the option that named the value: "--vary hidden=0:relu: layer 1 must have …". */
export function refusalOf({ option }: Variation, value: string, sentence: string): InputError {
  const flag = option === "activation" ? "hidden" : option;
  const rest = inFlags(`fitClassifier: ${sentence}`).replace(`--${flag}: `, "");
  return new InputError(`--vary ${option}=${value}: ${rest}`);
}

async function parsed(option: string, flag: Flag, value: string): Promise<unknown> {
  if (flag.kind === "parsed") return flag.parse.call({ process }, value.replaceAll("+", ","));
  const allowed = flag.kind === "enum" ? flag.values : ["true", "false"];
  if (!allowed.includes(value))
    throw new InputError(
      `--${option}: expected ${allowed.join(", ")}, got ${value}${didYouMean(value, allowed)}`,
    );
  return flag.kind === "enum" ? value : value === "true";
}

function flagsOfTrain(): ReadonlyMap<string, Flag> {
  return new Map(Object.entries<Flag>(trainFlags).filter(([name]) => variable.includes(name)));
}
