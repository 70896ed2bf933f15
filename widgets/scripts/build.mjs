// Builds all browser code: the app's front ends and the image viewer into explorer/static, the JupyterLab extension into
// explorer/labextension, the translations into explorer/locale (all git-ignored, inside the wheel). `--watch` rebuilds on change.
import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildLab } from "./build-lab.mjs";
import { inlineCss } from "./inline-css.mjs";
import { buildLocales, onlyTextsOf } from "./locales.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes("--watch");
const out = here("../../explorer/static/");

const options = {
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  legalComments: "inline",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "info",
};
const bundles = [
  { entryPoints: { left: here("../src/left/index.tsx") }, plugins: [inlineCss, onlyTextsOf("left")] },
  { entryPoints: { app: here("../src/app/index.tsx") }, plugins: [inlineCss, onlyTextsOf("app", "left")] },
];

await mkdir(out, { recursive: true });
await buildLocales();
for (const bundle of bundles) {
  if (watch) await (await esbuild.context({ ...options, ...bundle })).watch();
  else await esbuild.build({ ...options, ...bundle });
  const [name] = Object.keys(bundle.entryPoints);
  if (!watch) console.log(`${name}.js ${((await stat(`${out}${name}.js`)).size / 1024).toFixed(1)} KiB`);
}

// The image viewer has its own, slower build; it runs once, also before watching.
const viewer = here("./build-viewer.mjs");
if (existsSync(viewer)) await import(`file://${viewer}`);

// So have the copies that genuine itkwidgets needs.
await import("./build-itkwidgets.mjs");

await buildLab(watch);
