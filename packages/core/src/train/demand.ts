import { InputError } from "../errors/index.ts";

/** @throws InputError unless the option holds what it must */
export function demand(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new InputError(`fitClassifier: ${name} must be ${expected}, got ${String(value)}`);
}
