import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShelf } from "./decision-fixture.ts";
import { textOf, textsOf } from "./page.ts";
import { refusal, removeFolder, sigmaxJson } from "./run.ts";

let folder: string;
beforeAll(async () => {
  folder = await openShelf();
});
afterAll(() => removeFolder(folder));

function page(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

test("calibrate writes a report beside the model, or where --report says, or none", async () => {
  const run = (out: string, ...more: string[]) =>
    sigmaxJson(["calibrate", "v.sigmax", "visits.csv", "--by", "site", "--out", out, ...more], { folder });
  expect(await run("again.sigmax")).toMatchObject({ report: "again.html" });
  expect(textOf("#calibration", page("again.html"))).toContain("identity");
  expect(textsOf("#subgroups tbody th", page("again.html"))).toEqual(["north", "south"]);
  expect(textOf("#command + pre", page("again.html"))).toMatch(
    /^sigmax calibrate v\.sigmax visits\.csv --by site/,
  );
  expect(await run("third.sigmax", "--report", "elsewhere.html")).toMatchObject({ report: "elsewhere.html" });
  expect(await run("third.sigmax", "--report", "none")).toMatchObject({ report: null });
  expect(existsSync(join(folder, "third.html"))).toBe(false);
});

test("evaluate writes one where it is asked to, with the costs of its policy and the groups of its column", async () => {
  const found = await sigmaxJson(
    "evaluate v.calibrated.sigmax visits.csv --report e.html --policy visits.json --by site".split(" "),
    { folder },
  );
  expect(found).toMatchObject({ report: "e.html" });
  expect(textsOf("#subgroups tbody th", page("e.html"))).toEqual(["north", "south"]);
  expect(textsOf("#costs tbody tr", page("e.html")).length).toBeGreaterThan(3);
});

test("a report of another model's scores leaves out what has no weights", async () => {
  await sigmaxJson(
    ["calibrate", "scores.csv", "--probabilities", "p0,p1", "--target", "died", "--out", "s.sigmax"],
    { folder },
  );
  expect(textsOf("#reasons, #weights, #coefficients, #fit", page("s.html"))).toEqual([]);
  expect(textOf("#card", page("s.html"))).toContain("another model's");
});

test("decide reports what was referred, with the ids kept, and judges the rows whose classes are known", async () => {
  const found = await sigmaxJson<{ referred: number; report: string }>(
    "decide v.calibrated.sigmax visits.csv --policy visits.json --rows test --keep id --out d.csv --report d.html".split(
      " ",
    ),
    { folder },
  );
  expect(found.report).toBe("d.html");
  const text = textOf("#referred p", page("d.html"));
  expect(text).toContain("Of 240 rows,");
  expect(textsOf("#referred thead th", page("d.html"))).toContain("id");
  expect(textsOf("#costs tbody tr", page("d.html")).length).toBeGreaterThan(3);
  expect(textsOf("#subgroups thead th", page("d.html"))).toContain("Referred");
});

test("a report is refused where it would overwrite what is read, or has no rows to judge", async () => {
  expect(await refusal(["evaluate", "v.sigmax", "visits.csv", "--report", "visits.csv"], { folder })).toBe(
    "--report: visits.csv is what is read or written besides; give another name",
  );
  const decide = [
    "decide",
    "bc.calibrated.sigmax",
    "breast-cancer",
    "--policy",
    "policy.json",
    "--out",
    "x.csv",
  ];
  expect(await refusal([...decide, "--rows", "train", "--report", "x.html"], { folder })).toMatch(
    /^--report: needs rows with known classes that the model has not been fitted on/,
  );
  expect(
    await refusal([...decide, "--report", "x.html", "--prevalence", "malignant=0.03"], { folder }),
  ).toMatch(
    /^--report: it shows what the model decides by itself, where it was measured; leave --prevalence out/,
  );
});
