// Which language a line is in: node examples/languages/table.mjs [folder] [rows]
// Writes languages.csv (package, text, language) into the folder [build/languages]: one-line descriptions of Debian's
// packages, as its translators wrote them, at most so many [1500] of each language. apt fetches the translations
// (some 25 MB) into that folder; the machine's own package lists stay as they are.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL("../../build/languages", import.meta.url)));
const most = Number(process.argv[3] ?? 1500);
const languages = "cs da de en es fi fr it ja ko pl pt_BR ru sk uk zh_CN".split(" ");

const lists = join(folder, "lists");
mkdirSync(join(lists, "partial"), { recursive: true });
mkdirSync(join(folder, "cache"), { recursive: true });
const options = [
  `Dir::State::Lists=${lists}`,
  `Dir::Cache=${join(folder, "cache")}`,
  `Acquire::Languages=${languages.join(",")}`,
  "Debug::NoLocking=1",
  ...(process.getuid() === 0 ? ["APT::Sandbox::User=root"] : []), // apt's own user may not write here
];
run("apt-get", ["update", ...options.flatMap((option) => ["-o", option])]);

const rows = [];
for (const language of languages) {
  const ending = `_main_i18n_Translation-${language.replace("_", "%5f")}`;
  const files = readdirSync(lists).filter((name) => name.includes(ending)); // also of updates, which are small
  const [file] = files.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (file === undefined) {
    console.error(`Debian's mirror has no translations for "${language}"; it is left out.`);
    continue;
  }
  const stanzas = run("/usr/lib/apt/apt-helper", ["cat-file", join(lists, file)]).split("\n\n");
  const texts = new Map();
  for (const stanza of stanzas) {
    const name = /^Package: (.*)$/m.exec(stanza)?.[1];
    const text = /^Description-(?!md5)[^:]*: (.*)$/m.exec(stanza)?.[1].trim();
    if (name && text && text.length >= 12 && !texts.has(text)) texts.set(text, name);
  }
  // By a hash of the package's name: many languages then get the same packages, and none only the letter A.
  const chosen = [...texts].toSorted(([, a], [, b]) => (digest(a) < digest(b) ? -1 : 1)).slice(0, most);
  rows.push(...chosen.map(([text, name]) => [name, text, language]));
  console.log(`${language.padEnd(6)} ${texts.size} lines, ${chosen.length} taken`);
}
const lines = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));
writeFileSync(join(folder, "languages.csv"), `package,text,language\n${lines.join("\n")}\n`);
console.log(`${rows.length} lines: ${join(folder, "languages.csv")}`);

function sizeOf(file) {
  return statSync(join(lists, file)).size;
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status !== 0) giveUp(stderr);
  return stdout;
}

function giveUp(reason) {
  console.error(
    `The lines come from Debian's translated package lists, and apt cannot give them here. ${reason ?? ""}`,
  );
  process.exit(3);
}
