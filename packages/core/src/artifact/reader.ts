import { InputError } from "../errors/index.ts";
import { isRecord } from "./safetensors.ts";

/** Takes fields out of parsed JSON, each checked; the message names the path of the one that is wrong. */
export interface Reader {
  text(name: string): string;
  number(name: string): number;
  /** A whole number ≥ 0. */
  count(name: string): number;
  flag(name: string): boolean;
  texts(name: string): string[];
  numbers(name: string): number[];
  oneOf<T extends string>(name: string, values: readonly T[]): T;
  inside(name: string): Reader;
  has(name: string): boolean;
  isNull(name: string): boolean;
  /** Null where the field is null. */
  optional(name: string): Reader | null;
  list(name: string): Reader[];
  /** For what a type does not say. */
  fail(name: string, expected: string): never;
}

export function reader(where: string, value: unknown, path = ""): Reader {
  const fields = isRecord(value) ? value : {};
  const fail = (name: string, expected: string): never => {
    throw new InputError(`${where}: damaged: its field ${path}${name} should be ${expected}`);
  };
  const text = (name: string): string => {
    const found = fields[name];
    return typeof found === "string" ? found : fail(name, "a text");
  };
  const number = (name: string): number => {
    const found = fields[name];
    return typeof found === "number" && Number.isFinite(found) ? found : fail(name, "a number");
  };
  const inside = (name: string): Reader => {
    const found = fields[name];
    return isRecord(found) ? reader(where, found, `${path}${name}.`) : fail(name, "an object");
  };
  const list = (name: string): unknown[] => {
    const found = fields[name];
    return Array.isArray(found) ? found : fail(name, "a list");
  };
  return {
    text,
    number,
    inside,
    fail,
    count(name) {
      const found = number(name);
      return Number.isSafeInteger(found) && found >= 0 ? found : fail(name, "a whole number");
    },
    flag(name) {
      const found = fields[name];
      return typeof found === "boolean" ? found : fail(name, "true or false");
    },
    texts(name) {
      const found = list(name);
      return found.every((item) => typeof item === "string") ? found : fail(name, "a list of texts");
    },
    numbers(name) {
      const found = list(name);
      return found.every((item) => typeof item === "number") ? found : fail(name, "a list of numbers");
    },
    oneOf(name, values) {
      const found = text(name);
      return values.find((item) => item === found) ?? fail(name, `one of ${values.join(", ")}`);
    },
    has: (name) => Object.hasOwn(fields, name),
    isNull: (name) => fields[name] === null,
    optional(name) {
      return fields[name] === null ? null : inside(name);
    },
    list(name) {
      return list(name).map((item, i) => reader(where, item, `${path}${name}.${i}.`));
    },
  };
}
