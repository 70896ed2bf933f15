// Bundles the image viewer into explorer/static/viewer: our hosts and page, itk-vtk-viewer as it is.
// Nothing else of that package is needed: the page decodes Blosc itself, so no worker or wasm is fetched.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { onlyTextsOf } from "./locales.mjs";

const widgets = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = resolve(widgets, "src/viewer");
const target = resolve(widgets, "../explorer/static/viewer");
const viewer = resolve(widgets, "node_modules/itk-vtk-viewer");
const PAGE = ["itkVtkViewer.js", "page.js", "page.html"];
const HOSTS = ["host", "tab", "sheet_widget"];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const plugins = [onlyTextsOf("viewer")];
const shared = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", plugins };

// Its optional user interfaces and its debugger would load code from other machines; we use neither.
const script = await readFile(`${viewer}/dist/itkVtkViewer.js`, "utf8");
const alone = script
  .replace(/https:\/\/(?:cdn\.jsdelivr\.net|statecharts\.io)[^"'`\s]*/g, "")
  .replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
await writeFile(`${target}/itkVtkViewer.js`, alone);
await copyFile(`${viewer}/LICENSE`, `${target}/itk-vtk-viewer.LICENSE.txt`);
await copyFile(`${viewer}/dist/itkVtkViewer.js.LICENSE.txt`, `${target}/itkVtkViewer.js.LICENSE.txt`);

await build({ ...shared, entryPoints: [`${source}/page.ts`], format: "iife", outfile: `${target}/page.js` });
const html = await readFile(`${source}/page.html`, "utf8");
await writeFile(`${target}/page.html`, html);

// Browsers may keep the page for ever: its address has a version, which hosts and servers know.
const hash = createHash("sha256");
for (const name of PAGE) hash.update(await readFile(`${target}/${name}`));
const version = hash.digest("hex").slice(0, 12);
await writeFile(`${target}/version.txt`, version);
await writeFile(`${target}/page.html`, html.replaceAll("VERSION", version));

// A notebook without our server extension gets the page through the kernel, packed.
for (const name of PAGE) await writeFile(`${target}/${name}.gz`, gzipSync(await readFile(`${target}/${name}`), { level: 9 }));

const define = { VIEWER_VERSION: JSON.stringify(version) };
const entryPoints = HOSTS.map((name) => `${source}/${name}.ts`);
await build({ ...shared, define, entryPoints, format: "esm", outdir: target });

for (const name of ["host.js", "page.js", "itkVtkViewer.js", "itkVtkViewer.js.gz"]) {
  console.log(`viewer/${name}`, (await stat(`${target}/${name}`)).size);
}
