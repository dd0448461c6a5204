import js from "@eslint/js";
import regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "artefacts/", "node_modules/", "plugin/**/*.js"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A binary string or a count in a message is meant; everything else must be a string already.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A verb that is taken off its object is declared so.
      "@typescript-eslint/no-invalid-void-type": ["error", { allowAsThisParameter: true }],
      // Indexing under noUncheckedIndexedAccess: an index just tested is the one use of "!".
      "@typescript-eslint/no-non-null-assertion": "off",
      // Mail is octets: control characters in patterns are the point.
      "no-control-regex": "off",
    },
  },
  {
    // No pattern takes more than linear time, whatever text it is given: most of it comes from strangers.
    files: ["src/**/*.ts"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": ["error", { report: "potential", ignorePartial: false, ignoreSticky: false }],
    },
  },
  {
    files: ["**/*.mjs", "**/*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        performance: "readonly",
        Buffer: "readonly",
        URL: "readonly",
      },
    },
  },
);
