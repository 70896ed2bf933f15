import js from "@eslint/js";
import jupyter from "@jupyter/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "lib/", "src/types/definition.ts", "scripts/build-viewer.mjs"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "test/**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text from a catalogue is hostile: let JSX write it as text." },
        { property: "outerHTML", message: "Text from a catalogue is hostile: let JSX write it as text." },
        { property: "insertAdjacentHTML", message: "Text from a catalogue is hostile: let JSX write it as text." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Text from a catalogue is hostile: let JSX write it as text.",
        },
      ],
    },
  },
  // What JupyterLab asks of an extension: described commands, optional tokens, signals that are let go.
  ...jupyter.configs.recommended
    .filter(({ files }) => !files.some((name) => name.includes("test")))
    .map((config) => ({
      ...config,
      files: config.files.map((name) => name.replace("**/", "src/lab/**/")),
      plugins: { jupyter },
      // All of the extension is one small bundle: an import that waits would load nothing later.
      rules: { ...config.rules, "jupyter/prefer-lazy-imports": "off" },
    })),
  {
    files: ["scripts/**/*.mjs", "*.js", "*.ts"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
);
