/** Names for a message: all of them, or the first twelve. */
export function listOf(names: readonly string[]): string {
  return names.slice(0, 12).join(", ") + (names.length > 12 ? `, … (${names.length} in all)` : "");
}

/** A value for a message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}
