import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { labelsOf } from "./index.ts";
import { splitGroups } from "./split-groups.ts";

const labels = labelsOf(Array.from({ length: 100 }, (_, row) => row % 2));

test("every part gets a group, however small its share", () => {
  const groups = Array.from({ length: 100 }, (_, row) => Math.floor(row / 34));
  const parts = splitGroups(labels, groups, [0.96, 0.02, 0.02], createGenerator(1));
  expect(new Set(parts)).toEqual(new Set([0, 1, 2]));
});

test("shares are met as nearly as whole groups allow, in each class", () => {
  const groups = Array.from({ length: 100 }, (_, row) => Math.floor(row / 2));
  const parts = splitGroups(labels, groups, [0.6, 0.3, 0.1], createGenerator(2));
  const counts = [0, 1, 2].map((part) => parts.filter((own) => own === part).length);
  expect(counts).toEqual([60, 30, 10]);
});

test("group numbers are names only, and equal groups fall differently with another generator", () => {
  const groups = Array.from({ length: 100 }, (_, row) => Math.floor(row / 5));
  const shares = [0.5, 0.5];
  const found = splitGroups(labels, groups, shares, createGenerator(3));
  expect(splitGroups(labels, groups.map((group) => 7e12 - group), shares, createGenerator(3))).toEqual(found); // prettier-ignore
  expect(splitGroups(labels, groups, shares, createGenerator(4))).not.toEqual(found);
});
