import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Door } from "./message.js";

/** What a door did with a message. */
export type Action = "signed" | "annotated" | "verified" | "passed" | "failed";

/** Seconds; a message takes 1 ms with a cached key, about 30 with a lookup, 5 s if that times out. */
const DURATION_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** The gateway's figures, for Prometheus. */
export class Metrics {
  readonly registry = new Registry();
  readonly #messages = new Counter({
    name: "dkimstatus_messages_total",
    help: "Messages by door, by what was done, and by the state found (empty where none was asked)",
    labelNames: ["door", "action", "state"] as const,
    registers: [this.registry],
  });
  readonly #signatures = new Counter({
    name: "dkimstatus_signatures_total",
    help: "Signatures verified, by RFC 8601 result and reason",
    labelNames: ["result", "reason"] as const,
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: "dkimstatus_message_seconds",
    help: "Time from a message's header to its answer",
    labelNames: ["door", "action"] as const,
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });
  readonly #underWay = new Gauge({
    name: "dkimstatus_messages_under_way",
    help: "Messages that are being worked on",
    labelNames: ["door"] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  begin(door: Door): void {
    this.#underWay.inc({ door });
  }

  /** @param seconds since the message was begun */
  end(door: Door, action: Action, state: string, seconds: number): void {
    this.#underWay.dec({ door });
    this.#messages.inc({ door, action, state });
    this.#seconds.observe({ door, action }, seconds);
  }

  signature(result: string, reason: string | null): void {
    this.#signatures.inc({ result, reason: reason ?? "" });
  }
}
