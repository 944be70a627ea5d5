/** A number with four digits that count, without zeros at its end. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A share as "1 %". */
export function percent(share: number): string {
  return `${numberText(100 * share)} %`;
}
