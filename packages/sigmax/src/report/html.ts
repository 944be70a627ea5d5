/** Markup that is safe to print as it stands. Only `html` and `trusted` make it. */
export interface Html {
  readonly markup: string;
}

type Part = Html | readonly Html[] | string | number;

/**
 * A template whose values are escaped, unless they are markup already: a class named `<script>` is shown, not run.
 * Attribute values must stand in double quotes.
 */
export function html(text: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = text[0];
  parts.forEach((part, i) => {
    markup += print(part) + text[i + 1];
  });
  return { markup };
}

/** Markup that a library or this program wrote, taken as it is. Never for text that came from the user. */
export function trusted(markup: string): Html {
  return { markup };
}

/** Nothing: for a section that has nothing to show. */
export const nothing: Html = { markup: "" };

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function print(part: Part): string {
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  if ("markup" in part) return part.markup;
  return part.map(({ markup }) => markup).join("\n");
}
