import { InputError } from "@sigmax/core";
import type { TypedFlagParameter } from "@stricli/core";

// Flags that several commands share, and the parsers of their values.

export const jsonFlag = {
  kind: "boolean",
  brief: "One JSON object on stdout, and nothing else there",
  optional: true,
  withNegated: false,
} as const;

export const quietFlag = {
  kind: "boolean",
  brief: "No progress and no summary; errors are still said",
  optional: true,
  withNegated: false,
} as const;

export const labelsFlag: TypedFlagParameter<string | undefined> = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: 'The target lists the labels of a row, with this between them: --target tags --labels ";"',
  placeholder: ";",
};

/** A number within bounds. */
export function number(
  name: string,
  holds: (value: number) => boolean,
  expected: string,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || !holds(value))
      throw new InputError(`${name}: expected ${expected}, got ${text}`);
    return value;
  };
}

/** A whole number, `low` or more. */
export function whole(name: string, low: number): (text: string) => number {
  return number(
    name,
    (value) => Number.isSafeInteger(value) && value >= low,
    `a whole number, ${low} or more`,
  );
}

/** Different names with commas between, at least so many. */
export function names(flag: string, fewest = 1): (text: string) => string[] {
  return (text) => {
    const list = text.split(",").map((name) => name.trim());
    if (list.length < fewest || list.includes("") || new Set(list).size < list.length)
      throw new InputError(
        `${flag}: expected ${fewest === 1 ? "" : "two or more "}different names with commas between, got ${text}`,
      );
    return list;
  };
}
