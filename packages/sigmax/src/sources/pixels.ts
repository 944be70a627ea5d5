import type { Rows } from "./source.ts";

/** "pixel 3,27": row and column, from 0. Where there is no image, "column 0" and so on. */
export function pixelNames(image: Rows["image"], columns = 0): string[] {
  if (image === null) return Array.from({ length: columns }, (_, j) => `column ${j}`);
  const { height, width } = image;
  return Array.from({ length: height * width }, (_, j) => `pixel ${Math.floor(j / width)},${j % width}`);
}
