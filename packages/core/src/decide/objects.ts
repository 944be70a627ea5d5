import { describe } from "../data/index.ts";
import { InputError } from "../errors/index.ts";

/** What JSON calls an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws InputError when it is none */
export function objectOf(where: string, value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError(`${where}: ${what} must be an object, got ${describe(value)}`);
  return Object.fromEntries(Object.entries(value));
}
