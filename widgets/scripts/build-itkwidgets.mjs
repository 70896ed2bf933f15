// Copies what genuine itkwidgets loads from other machines into explorer/static/itkwidgets, which our Jupyter server serves
// (explorer/server/mirrored.py). The packages are taken one by one: as dependencies they would bring 200 others, one of
// them from GitHub, and of each we need a built file or two.
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const widgets = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(widgets, "src/itkwidgets");
const served = join(widgets, "../explorer/static/itkwidgets");
// Taken into use at once, because without the copies JupyterLab would ask the other machines.
const target = `${served}.new`;
const kept = join(widgets, "node_modules/.itkwidgets");

/** The versions that imjoy-jupyterlab-extension 0.2.6 and itkwidgets 1.0a55 ask for; SHA-512 as the registry says it. */
const PACKAGES = [
  {
    name: "vue",
    version: "2.6.10",
    files: ["dist/vue.min.js", "LICENSE"],
    sha512: "ImThpeNU9HbdZL3utgMCq0oiMzAkt1mcgy3/E6zWC/G6AaQoeuFdsl9nDhTDU3X1R6FK7nsIUuRACVcjI+A2GQ==",
  },
  {
    name: "vue-js-modal",
    version: "1.3.35",
    files: ["dist/index.js", "dist/styles.css", "LICENSE.md"],
    sha512: "DKtxUCW/oprM/ndn9h/cnVgsmqjQ/ARy5rH4q/11Pas04og2td+sltl91H/rlwXTwJIqWyt+lJizK5o4ErjWIQ==",
  },
  {
    name: "imjoy-core",
    version: "0.14.5",
    files: ["dist/imjoy-core.min.js", "LICENSE"],
    sha512: "G0ybhLq57vOSM+4DhJ7A/3WSjJdbzk+WoEqg4+c5clkRhLOYY5VfI6oJ4MI664ZsVVgIinswsEJWbHAWQOBxFg==",
  },
  {
    name: "imjoy-rpc",
    version: "0.5.9",
    files: ["dist/imjoy-rpc.min.js", "LICENSE"],
    sha512: "wjK01PPTboNh4nas2nlxB8PXpSToR6vOFnjBeIJ4LiMU5pRi7VIcTSsvO0WQapxyiFkA1fkm2s9HsZ2D2mHj0Q==",
  },
  {
    name: "itk-viewer-bootstrap-ui",
    version: "0.30.0",
    files: ["dist/bootstrapUIMachineOptions.js.es.js", "LICENSE"],
    sha512: "JfXAeCEgllRblolFwB4HaPQp+AyPzUt8s3g74LVnWLkvOyng4p24aO2Sjsk6ZIkWyZjdfZWAtvrdScKh/RPkKw==",
  },
];

/** Of itk-vtk-viewer, which the lock file holds: the viewer, its workers, and the one pipeline that unpacks chunks. */
const VIEWER_FILES = [
  "LICENSE",
  "dist/itkVtkViewer.js",
  "dist/itkVtkViewer.js.LICENSE.txt",
  "dist/124.itkVtkViewer.js",
  "dist/e311c2fde867f8ae78ae.js",
  "dist/e70d53d395877c115376.js",
  "dist/itk/web-workers/min-bundles/pipeline.worker.js",
  "dist/itk/web-workers/min-bundles/pipeline.worker.js.LICENSE.txt",
  "dist/itk/pipeline/BloscZarr.umd.js",
  "dist/itk/pipeline/BloscZarr.wasm",
];

/** The folder with a package's files; it is fetched once and kept until node_modules goes. */
async function fetched({ name, version, sha512 }) {
  const folder = join(kept, `${name}-${version}`);
  const packed = join(kept, `${name}-${version}.tgz`);
  await mkdir(folder, { recursive: true });
  if (!(await matches(packed, sha512))) {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const to = await mkdtemp(join(tmpdir(), "itkwidgets-"));
    await run(npm, ["pack", "--silent", "--ignore-scripts", `--pack-destination=${to}`, `${name}@${version}`], {
      cwd: to,
    });
    await cp(join(to, `${name}-${version}.tgz`), packed);
    await rm(to, { recursive: true });
    if (!(await matches(packed, sha512))) throw new Error(`${name} ${version} is not the package that was checked`);
  }
  await run("tar", ["-xzf", packed, "-C", folder, "--strip-components=1"]);
  return folder;
}

async function matches(path, sha512) {
  const content = await readFile(path).catch(() => undefined);
  return content !== undefined && createHash("sha512").update(content).digest("base64") === sha512;
}

/** Writes, so that each file is as new as the build; returns bytes. */
async function copy(from, name, files) {
  let bytes = 0;
  for (const file of files) {
    let content = await readFile(join(from, file));
    // At its start imjoy-core would load two plugins from another machine; itkwidgets uses neither.
    if (name === "imjoy-core") content = content.toString().replaceAll('"startup":true', '"startup":false');
    const path = join(target, "npm", name, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    bytes += content.length;
  }
  return bytes;
}

await rm(target, { recursive: true, force: true });
let bytes = await copy(join(widgets, "node_modules/itk-vtk-viewer"), "itk-vtk-viewer", VIEWER_FILES);
for (const one of PACKAGES) bytes += await copy(await fetched(one), one.name, one.files);
await mkdir(join(target, "npm/@oeway/vue-window/lib"), { recursive: true });
await mkdir(join(target, "img"));
await writeFile(join(target, "npm/@oeway/vue-window/lib/index.js"), await readFile(join(source, "vue-window.js")));
await writeFile(join(target, "img/imjoy-logo-black.svg"), await readFile(join(source, "plugin.svg")));
await writeFile(join(target, "page.html"), await readFile(join(source, "page.html")));
await build({
  entryPoints: [join(source, "probe.ts")],
  outfile: join(target, "probe.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  logLevel: "warning",
});
await rm(served, { recursive: true, force: true });
await rename(target, served);
console.log(`itkwidgets ${(bytes / 2 ** 20).toFixed(1)} MiB`);
