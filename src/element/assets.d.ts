/** The build turns an SVG file into a template: parsed once, by the browser's own parser, never from a message. */
declare module "*.svg" {
  import type { TemplateResult } from "lit";
  const icon: TemplateResult;
  export default icon;
}

/** The build turns a style sheet into a constructable one, without comments and indentation. */
declare module "*.css" {
  import type { CSSResult } from "lit";
  const styles: CSSResult;
  export default styles;
}
