// What Debian's packages are for, from their descriptions: node examples/debtags/table.mjs [folder] [least]
// Writes debtags.csv (package, description, tags) into the folder [build/debtags]: every package with tags that this
// machine's package lists name, and of its tags those that [300] packages have or more. Nothing is downloaded.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../build/debtags", import.meta.url));
const least = Number(process.argv[3] ?? 300);

const { stdout, status } = spawnSync("apt-cache", ["dumpavail"], { encoding: "utf8", maxBuffer: 2 ** 30 });
if (status !== 0 || stdout.trim() === "") {
  console.error(
    "The packages come from apt's lists, and there are none here. On Debian or Ubuntu: sudo apt-get update.",
  );
  process.exit(3);
}

const packages = new Map(); // by name: where a package is listed twice, the first one counts
for (const stanza of stdout.split("\n\n")) {
  const name = field(stanza, "Package");
  const description = field(stanza, "Description").replace(/\s+/g, " ");
  const tags = new Set(
    field(stanza, "Tag")
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
  );
  if (tags.size > 0 && description !== "" && !packages.has(name)) packages.set(name, { description, tags });
}
const counts = new Map();
for (const { tags } of packages.values()) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
const frequent = [...counts.keys()]
  .filter((tag) => counts.get(tag) >= least)
  .toSorted((a, b) => (a < b ? -1 : 1));

const lines = [...packages].map(([name, { description, tags }]) => {
  const kept = frequent.filter((tag) => tags.has(tag));
  return [name, description, kept.join(";")].map(quoted).join(",");
});
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "debtags.csv"), `package,description,tags\n${lines.join("\n")}\n`);
console.log(
  `${lines.length} packages, ${counts.size} tags, ${frequent.length} of them with ${least} packages or more: ${join(folder, "debtags.csv")}`,
);

/** A field of a stanza with its continuation lines; empty where it is not there. */
function field(stanza, name) {
  const found = new RegExp(`^${name}: ?(.*(?:\\n[ \\t].*)*)`, "m").exec(stanza);
  return found?.[1].trim() ?? "";
}

function quoted(text) {
  return `"${text.replaceAll('"', '""')}"`;
}
