// Builds the JupyterLab extension in two steps. esbuild bundles src/lab with Preact into lib/lab, leaving to JupyterLab
// what JupyterLab has; its builder (Rspack, module federation) makes the prebuilt extension of that.
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { inlineCss } from "./inline-css.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const lib = here("../lib/lab");

/** Build the extension once, or for ever. */
export async function buildLab(watch = false) {
  const options = {
    entryPoints: [here("../src/lab/index.ts")],
    outfile: `${lib}/index.js`,
    external: ["@jupyterlab/*", "@lumino/*"],
    bundle: true,
    format: "esm",
    target: "es2022",
    legalComments: "inline",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "text" },
    plugins: [inlineCss],
    logLevel: "info",
  };
  await rm(lib, { recursive: true, force: true });
  await esbuild.build(options);
  if (watch) await (await esbuild.context(options)).watch();
  const ended = builder(watch);
  if (!watch) await ended;
}

/** Run JupyterLab's builder; the versions that JupyterLab shares come from a package, so nothing is asked of the network. */
function builder(watch) {
  const script = here("../node_modules/@jupyter/builder/lib/build-labextension.js");
  const core = here("../node_modules/@jupyterlab/core-meta/core.package.json");
  const options = watch ? ["--watch", "--development"] : [];
  const child = spawn(process.execPath, [script, "--core-package-file", core, ...options, here("..")], {
    stdio: ["ignore", watch ? "inherit" : "ignore", "inherit"],
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("exit", (code) => (code === 0 ? done() : failed(new Error(`the builder ended with ${code}`))));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildLab(process.argv.includes("--watch"));
