import { expect, test } from "vitest";
import { progressLine } from "./progress.ts";

test("a bar of twenty signs stands before what is said", () => {
  expect(progressLine(0.25, "epoch 1 of 4", 79)).toBe(`━━━━━${"─".repeat(15)} epoch 1 of 4`);
});

test("where room is short the bar gives way first, then the end of what is said", () => {
  expect(progressLine(0.5, "epoch 1 of 4", 17)).toBe("━━── epoch 1 of 4");
  expect(progressLine(0.5, "epoch 1 of 4", 13)).toBe("epoch 1 of 4");
  expect(progressLine(0.5, "epoch 1 of 4", 7)).toBe("epoch 1");
  expect(progressLine(0.5, "epoch 1 of 4, loss 0.5, accuracy 90 %", 30)).toBe(
    "━━━━─── epoch 1 of 4, loss 0.5",
  );
});
