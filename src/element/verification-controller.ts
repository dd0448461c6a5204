import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { OrganizationalDomain } from "../status/organizational-domain.js";
import type { StatusReason } from "../status/types.js";
import type { Inputs, Verifier } from "./inputs.js";
import { publicSuffixes, reader } from "./lazy.js";
import { elementStatusOf, withoutAnswer, type ElementStatus, type StatusInput } from "./report.js";

/** Nobody whose word counts has said anything about signatures: only then a verifier is asked. */
const SILENCE: readonly StatusReason[] = ["nothing-trusted", "no-trusted-field", "no-dkim-result", "order-unknown"];

/** What the element knows about its message: read at once where it can be, asked for where it must be. */
export class VerificationController implements ReactiveController {
  current: ElementStatus | null = null;
  /** There is a verifier, and it waits until the reader asks. */
  isWaiting = false;
  #isAsked = false;
  #inputs: Inputs | null = null;
  #running: AbortController | null = null;
  #interrupted = false;

  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    if (!this.#interrupted || this.#inputs === null) return;
    this.#begin(this.#inputs);
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#interrupted = this.#running !== null;
    this.#abort();
  }

  /** The fields wait for what reads them. */
  get isReading(): boolean {
    return this.#running !== null && reader.module === undefined;
  }

  /** Begins anew with other inputs; {@link current} says at once what is known by then. */
  begin(inputs: Inputs): void {
    this.#isAsked = false;
    this.#begin(inputs);
  }

  /** The reader asks the verifier that waits. */
  ask(): void {
    if (!this.isWaiting) return;
    this.#isAsked = true;
    this.#begin(this.#inputs!);
    this.#host.requestUpdate();
  }

  #begin(inputs: Inputs): void {
    this.#abort();
    this.#inputs = inputs;
    this.#interrupted = this.isWaiting = false;
    if ((inputs.status ?? null) !== null) this.current = elementStatusOf(inputs.status, false) ?? failed(null);
    else if (inputs.headers === null && inputs.results === null) this.#withoutFields(inputs);
    else this.#read(inputs);
  }

  #withoutFields(inputs: Inputs): void {
    this.current = null;
    if (inputs.verifier !== null) this.#verify(inputs, inputs.verifier);
  }

  #read(inputs: Inputs): void {
    const { module } = reader;
    if (module === undefined) {
      this.current = null;
      this.#run(
        () => reader.load(),
        () => {
          this.#read(inputs);
        },
      );
      return;
    }
    if (module === null) {
      this.current = failed(null);
      return;
    }
    this.current = elementStatusOf(module.readFields(inputs, inputs, organizationalDomain()), false);
    if (this.#has("organization-pending")) {
      this.#run(
        () => publicSuffixes.load(),
        () => {
          this.#read(inputs);
        },
      );
    } else if (inputs.verifier !== null && SILENCE.some((reason) => this.#has(reason))) {
      this.#verify(inputs, inputs.verifier);
    }
  }

  #verify(inputs: Inputs, verifier: Verifier): void {
    this.isWaiting = inputs.verifyOnRequest && !this.#isAsked;
    if (this.isWaiting) {
      this.current ??= withoutAnswer("unknown", "no-trusted-field", null);
      return;
    }
    const before = this.current;
    const { headers, results, from } = inputs;
    this.current = withoutAnswer("checking", "verification-pending", before);
    this.#run(
      async (signal) => {
        const answer = await verifier({ headers, results, from, signal });
        if (typeof answer === "string") await reader.load();
        return answer;
      },
      (answer) => {
        this.#accept(answer, inputs, before);
      },
    );
  }

  #accept(answer: StatusInput | string, inputs: Inputs, before: ElementStatus | null): void {
    const report =
      typeof answer === "string" ? reader.module?.readOwnField(answer, inputs, inputs, organizationalDomain()) : answer;
    this.current = elementStatusOf(report, true, before?.author) ?? failed(before);
    if (!this.#has("organization-pending") || publicSuffixes.module !== undefined) return;
    this.#run(
      () => publicSuffixes.load(),
      () => {
        this.#accept(answer, inputs, before);
      },
    );
  }

  /** Takes one step that others do; its outcome is dropped when nobody waits for it any more. */
  #run<Outcome>(step: (signal: AbortSignal) => Promise<Outcome>, then: (outcome: Outcome) => void): void {
    const running = new AbortController();
    this.#running = running;
    const settle = (next: () => void) => {
      if (running.signal.aborted) return;
      this.#running = null;
      next();
      this.#host.requestUpdate();
    };
    const fail = () => {
      this.current = failed(this.current);
    };
    void (async () => step(running.signal))()
      .then((outcome) => {
        settle(() => {
          then(outcome);
        });
      })
      .catch(() => {
        settle(fail);
      });
  }

  #abort(): void {
    this.#running?.abort();
    this.#running = null;
  }

  #has(reason: StatusReason): boolean {
    return this.current?.status.reasons.includes(reason) ?? false;
  }
}

/** The Public Suffix List is loaded when it decides, and then for all elements of the page. */
function organizationalDomain(): OrganizationalDomain {
  const { module } = publicSuffixes;
  return module === undefined ? "pending" : (module?.organizationalDomainOf ?? null);
}

function failed(before: ElementStatus | null): ElementStatus {
  return withoutAnswer("unknown", "verifier-failed", before);
}
