// Bundles the image viewer into explorer/static/viewer: our host and page, itk-vtk-viewer as it is.
// Nothing else of that package is needed: the page decodes Blosc itself, so no worker or wasm is fetched.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { onlyTextsOf } from "./locales.mjs";

const widgets = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = resolve(widgets, "src/viewer");
const target = resolve(widgets, "../explorer/static/viewer");
const viewer = resolve(widgets, "node_modules/itk-vtk-viewer");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const plugins = [onlyTextsOf("viewer")];
const shared = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", plugins };
await build({ ...shared, entryPoints: [`${source}/tab.ts`], format: "esm", outfile: `${target}/tab.js` });
await build({ ...shared, entryPoints: [`${source}/host.ts`], format: "esm", outfile: `${target}/host.js` });
await build({ ...shared, entryPoints: [`${source}/page.ts`], format: "iife", outfile: `${target}/page.js` });
await copyFile(`${source}/page.html`, `${target}/page.html`);
await copyFile(`${viewer}/LICENSE`, `${target}/itk-vtk-viewer.LICENSE.txt`);
await copyFile(`${viewer}/dist/itkVtkViewer.js.LICENSE.txt`, `${target}/itkVtkViewer.js.LICENSE.txt`);

// Its optional user interfaces and its debugger would load code from other machines; we use neither.
const script = await readFile(`${viewer}/dist/itkVtkViewer.js`, "utf8");
const alone = script
  .replace(/https:\/\/(?:cdn\.jsdelivr\.net|statecharts\.io)[^"'`\s]*/g, "")
  .replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
await writeFile(`${target}/itkVtkViewer.js`, alone);

// A notebook gets the page through the kernel, packed.
for (const name of ["page.html", "page.js", "itkVtkViewer.js"]) {
  await writeFile(`${target}/${name}.gz`, gzipSync(await readFile(`${target}/${name}`), { level: 9 }));
}
for (const name of ["host.js", "page.js", "itkVtkViewer.js", "itkVtkViewer.js.gz"]) {
  console.log(`viewer/${name}`, (await stat(`${target}/${name}`)).size);
}
