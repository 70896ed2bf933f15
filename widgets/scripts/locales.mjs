// Where the translations of locale/ go: into the bundles, and to JupyterLab, which asks the Python package for them.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { columnTexts } from "./python-texts.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here("../../explorer/locale/");

/** JupyterLab's names of our languages, and how their plurals work. */
const LOCALES = { es: { name: "es_ES", plural_forms: "nplurals=2; plural=(n != 1);" } };

/** An esbuild plugin: a bundle carries only the texts that stand in these folders of src, and those of the schema. */
export function onlyTextsOf(...folders) {
  return {
    name: "only-texts-of",
    setup(build) {
      build.onLoad({ filter: /[\\/]locale[\\/]\w+\.json$/ }, async ({ path }) => {
        const sources = await sourcesOf(folders);
        const all = Object.entries(JSON.parse(await readFile(path, "utf8")));
        const columns = new Set(columnTexts());
        const used = all.filter(([text]) => columns.has(text) || sources.includes(JSON.stringify(text)));
        return { contents: JSON.stringify(Object.fromEntries(used)), loader: "json", watchFiles: [path] };
      });
    },
  };
}

async function sourcesOf(folders) {
  const texts = folders.map(async (folder) => {
    const path = here(`../src/${folder}/`);
    const names = (await readdir(path, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
    return Promise.all(names.map((name) => readFile(path + name, "utf8")));
  });
  return (await Promise.all(texts)).flat().join("\n");
}

/** Write the translations as JupyterLab reads them, into explorer/locale (git-ignored, inside the wheel). */
export async function buildLocales() {
  const { version } = JSON.parse(await readFile(here("../package.json"), "utf8"));
  await rm(OUT, { recursive: true, force: true });
  for (const [language, { name, plural_forms }] of Object.entries(LOCALES)) {
    const texts = Object.entries(JSON.parse(await readFile(here(`../locale/${language}.json`), "utf8")));
    const about = { domain: "cohort_explorer", language: name.replace("_", "-"), plural_forms, version };
    const jed = { "": about, ...Object.fromEntries(texts.map(([text, translation]) => [text, [translation]])) };
    const folder = `${OUT}${name}/LC_MESSAGES/`;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}cohort_explorer.json`, `${JSON.stringify(jed, null, 1)}\n`);
  }
}
