import { parseHTML } from "linkedom/worker";

/** What the tests read of a parsed page. */
export interface Element {
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string }>;
  getAttribute(name: string): string | null;
}

export function elements(
  document: { querySelectorAll(selector: string): Iterable<Element> },
  selector: string,
): Element[] {
  return [...document.querySelectorAll(selector)];
}

export function textsOf(selector: string, page: string): string[] {
  return elements(parseHTML(page).document, selector).map(plain);
}

export function textOf(selector: string, page: string): string {
  const [first] = textsOf(selector, page);
  if (first === undefined) throw new Error(`the page has no ${selector}`);
  return first;
}

/** The text as it reads, with plain spaces. */
export function plain({ textContent }: Element): string {
  return textContent.replaceAll(/\s+/g, " ").trim();
}
