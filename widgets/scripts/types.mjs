// Generates src/types/definition.ts from the JSON Schema of the cohort definition. `--check` fails when it is not current.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const schema = here("../../explorer/cohort/definition.schema.json");
const target = here("../src/types/definition.ts");

const text = await compile(JSON.parse(await readFile(schema, "utf8")), "CohortDefinition", {
  bannerComment: "// Generated from explorer/cohort/definition.schema.json by `npm run types`. Do not edit.",
  additionalProperties: false,
  // Length limits are checked in Python; as tuples they would make arrays unusable.
  ignoreMinAndMaxItems: true,
  style: { printWidth: 120 },
});

if (process.argv.includes("--check")) {
  if ((await readFile(target, "utf8").catch(() => "")) !== text) {
    console.error("src/types/definition.ts is not current: run `npm run types` and commit it.");
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
