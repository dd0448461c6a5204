import { DkimStatusElement } from "./define.js";

declare global {
  var DkimStatus: typeof DkimStatusElement | undefined;
}

// For pages without modules: what others would import.
globalThis.DkimStatus ??= DkimStatusElement;
