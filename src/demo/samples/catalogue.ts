import { AGAINST_THE_READER } from "./against-the-reader.js";
import { KEY_TROUBLE } from "./key-trouble.js";
import { OWN_DOMAIN } from "./own-domain.js";
import { PASSED_ON } from "./passed-on.js";
import type { Sample } from "./sample.js";

/** All samples, newest first, as the mailbox shows them. */
export const SAMPLES: readonly Sample[] = [...OWN_DOMAIN, ...PASSED_ON, ...AGAINST_THE_READER, ...KEY_TROUBLE].sort(
  (a, b) => b.receivedAt.getTime() - a.receivedAt.getTime(),
);
