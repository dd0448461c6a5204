/** The build turns an SVG file into a template: parsed once, by the browser's own parser, never from a message. */
declare module "*.svg" {
  import type { TemplateResult } from "lit";
  const icon: TemplateResult;
  export default icon;
}

/** The build turns a style sheet into one that can be constructed, without what only people read. */
declare module "*.css" {
  import type { CSSResult } from "lit";
  const styles: CSSResult;
  export default styles;
}
