// Builds the front ends into explorer/static (git-ignored, inside the wheel). `--watch` rebuilds on change.
import { existsSync } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes("--watch");
const out = here("../../explorer/static/");

/** `import css from "./x.css?inline"`: the minified text, since it has to live inside a shadow root. */
const inlineCss = {
  name: "inline-css",
  setup(build) {
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: fileURLToPath(new URL(path.replace(/\?inline$/, ""), `file://${resolveDir}/`)),
      namespace: "inline-css",
    }));
    build.onLoad({ filter: /.*/, namespace: "inline-css" }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text", watchFiles: [path] };
    });
  },
};

const options = {
  entryPoints: { left: here("../src/left/index.tsx"), app: here("../src/app/index.tsx") },
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  legalComments: "inline",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [inlineCss],
  logLevel: "info",
};

await mkdir(out, { recursive: true });
if (watch) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
  for (const name of Object.keys(options.entryPoints)) {
    console.log(`${name}.js ${((await stat(`${out}${name}.js`)).size / 1024).toFixed(1)} KiB`);
  }
}

// The image viewer has its own, slower build; it runs once, also before watching.
const viewer = here("./build-viewer.mjs");
if (existsSync(viewer)) await import(`file://${viewer}`);
