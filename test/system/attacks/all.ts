import { AUTHORS } from "./authors.js";
import { BODIES } from "./bodies.js";
import { CHANGED } from "./changed.js";
import { RESULTS } from "./results.js";
import { SIGNATURES } from "./signatures.js";
import { TRANSPORT } from "./transport.js";

/** All that must never end in a good sign for the victim. */
export const FORGERIES = [...AUTHORS, ...SIGNATURES, ...CHANGED, ...RESULTS, ...TRANSPORT, ...BODIES];
