import { InputError } from "../errors/index.ts";
import { namedActivation } from "../model/index.ts";

/** One hidden layer: so many units, and what is done to each of them. */
export interface HiddenLayer {
  readonly units: number;
  /** One of `activationNames`. Default "relu". */
  readonly activation?: string;
}

/** More units than a layer could have in memory. */
const mostUnits = 2 ** 24;

/**
 * Hidden layers, first to last, written as "256:relu,128:prelu" or given as a list; "256" is "256:relu", "none" none.
 *
 * @throws InputError when there is none, a width is no whole number from 1, or an activation is unknown
 */
export function readHidden(hidden: string | readonly HiddenLayer[]): Required<HiddenLayer>[] {
  const parts: readonly HiddenLayer[] = typeof hidden === "string" ? parse(hidden) : hidden;
  if (!Array.isArray(parts) || parts.length === 0)
    throw new InputError(
      `fitClassifier: hidden: expected layers as in "256:relu,128:prelu", got ${describe(hidden)}`,
    );
  return parts.map(({ units, activation = "relu" }, i) => {
    if (!(Number.isInteger(units) && units >= 1 && units <= mostUnits))
      throw new InputError(
        `fitClassifier: hidden: layer ${i + 1} must have a whole number of units from 1 to ${mostUnits}, got ${typeof hidden === "string" ? `"${hidden.split(",")[i].trim()}"` : units}`,
      );
    namedActivation(activation); // refuses what it does not know
    return { units, activation };
  });
}

/** "256:relu,128:prelu" */
export function writeHidden(layers: readonly Required<HiddenLayer>[]): string {
  return layers.map(({ units, activation }) => `${units}:${activation}`).join(",");
}

function parse(text: string): HiddenLayer[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const [width, ...rest] = part.split(":");
    const units = /^\s*-?[\d.]+\s*$/.test(width) ? Number(width) : Number.NaN;
    return rest.length === 0 ? { units } : { units, activation: rest.join(":").trim() };
  });
}

function describe(hidden: unknown): string {
  return typeof hidden === "string" || Array.isArray(hidden) ? JSON.stringify(hidden) : typeof hidden;
}
