import type { DkimStatusElement } from "../../../src/element/define.js";
import type { StatusInput } from "../../../src/element/report.js";
import type { Verifier } from "../../../src/element/inputs.js";
import { KeyQuestions } from "./key-questions.js";
import { ask } from "./requests.js";
import type { OpenMessage, Roundcube } from "./roundcube.js";

/** Milliseconds for a whole verification. */
const DEADLINE = 20_000;

/** A verifier of the open message, and whether it waits until the reader asks. */
type Check = Pick<DkimStatusElement, "verifier" | "verifyOnRequest">;

/** @returns null if messages are not verified here */
export function verifierOf(rcmail: Roundcube, message: OpenMessage): Check | null {
  const { verifier: kind, known, key } = message;
  if (kind === undefined) return null;
  if (known) return { verifier: () => Promise.resolve(known), verifyOnRequest: false };
  return {
    verifier: async (request) => {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(DEADLINE)]);
      const answer = await VERIFIERS[kind](rcmail, message, signal)(request);
      if (key !== undefined && isLasting(answer)) await keep(rcmail, key, answer);
      return answer;
    },
    verifyOnRequest: message.byItself !== true && kind !== "too-large",
  };
}

type Make = (rcmail: Roundcube, message: OpenMessage, signal: AbortSignal) => Verifier;

const VERIFIERS: Readonly<Record<NonNullable<OpenMessage["verifier"]>, Make>> = {
  browser: inBrowser,
  service: byService,
  "too-large": () => () => Promise.reject(new Error("the message is larger than dkimstatus_verify_max_octets")),
};

function inBrowser(rcmail: Roundcube, message: OpenMessage, signal: AbortSignal): Verifier {
  const questions = new KeyQuestions(rcmail, signal);
  const { receivedAt, uid, folder } = message;
  return globalThis.DkimStatus!.builtInVerifier({
    message: async () => {
      const source = { _uid: uid, _mbox: folder, _save: "1", _token: rcmail.env.request_token ?? "" };
      const response = await fetch(rcmail.url("viewsource", source), { signal });
      if (!response.ok) throw new Error(`viewsource: ${response.status}`);
      return response.arrayBuffer();
    },
    resolveTxt: (name) => questions.resolveTxt(name),
    ...(receivedAt === null ? {} : { receivedAt: new Date(receivedAt) }),
  });
}

function byService(rcmail: Roundcube, message: OpenMessage, signal: AbortSignal): Verifier {
  const { uid, folder, receivedAt } = message;
  const parameters = { _uid: uid, _mbox: folder, _received: receivedAt ?? "" };
  return async () => (await ask(rcmail, "verify", parameters, signal)) as StatusInput;
}

/** Whether a later check would find the same: only then the answer is kept. */
function isLasting(answer: StatusInput | string): answer is StatusInput {
  if (typeof answer === "string" || !("signatures" in answer)) return false;
  return answer.signatures.every(({ result }) => result !== "temperror");
}

async function keep(rcmail: Roundcube, key: string, answer: StatusInput): Promise<void> {
  const parameters = { _key: key, _answer: JSON.stringify(answer) };
  await ask(rcmail, "keep", parameters, AbortSignal.timeout(DEADLINE)).catch(() => null);
}
