import { mkdirSync, writeFileSync } from "node:fs";
import type { Account } from "./ledger.js";
import { plotOf } from "./panels.js";
import { csv, type LatencySample, type ProcessSample } from "./samples.js";
import type { Traffic } from "./traffic.js";

/** Ignored by git. */
const FOLDER = "artefacts/soak";

export interface Outcome {
  readonly minutes: number;
  readonly seed: number;
  /** By lane. */
  readonly accounts: Readonly<Record<string, Account>>;
  /** The processes after the warm-up, and at the end. */
  readonly before: readonly ProcessSample[];
  readonly after: readonly ProcessSample[];
}

/** Keeps the soak's figures while it runs, and writes them as tables and as a plot, however it ends. */
export class Recorder {
  readonly #start = performance.now();
  readonly #processes: ProcessSample[] = [];
  readonly #latencies: LatencySample[] = [];
  readonly #faults: { readonly at: number; readonly fault: string }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly processesNow: () => ProcessSample[],
    private readonly traffic: Traffic,
    interval: number,
  ) {
    this.#timer = setInterval(() => {
      this.#processes.push(...this.processesNow());
      this.#latencies.push(...this.#latenciesOf(traffic.recent));
    }, interval);
  }

  note(fault: string): void {
    this.#faults.push({ at: this.#now(), fault });
  }

  /** What came of it, beside the tables. */
  write(outcome: Outcome): void {
    const faults: Record<string, number> = {};
    for (const { fault } of this.#faults) faults[fault] = (faults[fault] ?? 0) + 1;
    const { refusals } = this.traffic;
    const report = { ...outcome, faults, refusals, latencies: this.#latenciesOf(this.traffic.total) };
    this.#write("report.json", `${JSON.stringify(report, null, 2)}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#write("processes.csv", csv(this.#processes));
    this.#write("latencies.csv", csv(this.#latencies));
    this.#write("faults.csv", csv(this.#faults));
    const marks = this.#faults.map(({ at }) => at);
    this.#write("soak.svg", plotOf(this.#processes, this.#latencies, marks));
    console.log(`the soak's figures are in ${FOLDER}/`);
  }

  #latenciesOf(stopwatches: Traffic["recent"]): LatencySample[] {
    return [...stopwatches].flatMap(([{ name }, stopwatch]) => stopwatch.take(name, this.#now()) ?? []);
  }

  #now(): number {
    return performance.now() - this.#start;
  }

  #write(name: string, content: string): void {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${FOLDER}/${name}`, content);
  }
}
