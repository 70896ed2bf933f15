import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "src/types/definition.ts", "scripts/build-viewer.mjs"] },
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
  {
    files: ["scripts/**/*.mjs", "*.js", "*.ts"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
);
