/**
 * The caller's mistake: an argument, a file or a table that does not hold what it must.
 * The message is one sentence: where, what was expected, what came and at which place.
 * The command turns it into exit code 2, a server into HTTP 400; any other error is our bug.
 */
export class InputError extends Error {
  override readonly name: string = "InputError";
}
export { suggestion } from "./suggestion.ts";
