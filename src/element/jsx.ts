import type { DkimStatusElement } from "./dkim-status.js";
import type { ElementStatus } from "./report.js";

/** Properties that a page sets; everything else of the class is its own. */
type Settable =
  | "status"
  | "headers"
  | "results"
  | "from"
  | "trusted"
  | "trustWithoutId"
  | "maxReceivedAbove"
  | "legacyFields"
  | "untrustedFolder"
  | "receivedAt"
  | "verifier"
  | "verifyOnRequest"
  | "display"
  | "show"
  | "static";

/** The element's properties in JSX. */
export type DkimStatusProps = Partial<Pick<DkimStatusElement, Settable>> & {
  readonly "ondkim-status-change"?: (event: CustomEvent<ElementStatus | null>) => void;
};

/**
 * For frameworks with JSX, whose own attributes (`key`, `ref`, `className`) are `Common`. In React 19:
 *
 * ```ts
 * declare module "react" {
 *   namespace JSX {
 *     interface IntrinsicElements extends DkimStatusJsx<
 *       React.HTMLAttributes<HTMLElement> & React.RefAttributes<DkimStatusElement>
 *     > {}
 *   }
 * }
 * ```
 */
export interface DkimStatusJsx<Common = object> {
  "dkim-status": DkimStatusProps & Omit<Common, keyof DkimStatusProps>;
}
