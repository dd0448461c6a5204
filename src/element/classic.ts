import { DkimStatusElement } from "./define.js";

declare global {
  var DkimStatus: typeof DkimStatusElement | undefined;
}

// For pages without modules: what others import is found here.
globalThis.DkimStatus ??= DkimStatusElement;
