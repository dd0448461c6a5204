import { CLI } from "./cli.js";
import type { Daemon } from "./daemon.js";
import type { Machine } from "./machine.js";

/** One line of the gateway's log about a message. */
export interface MessageLine {
  readonly msg: string;
  readonly door: string;
  /** The queue id, where the door knows it. */
  readonly id: string;
  readonly action: string;
  readonly unsigned?: string;
}

export interface GatewayOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Beside this process' own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A door of this project's gateway: `node dist/cli.js milter …` and the like. */
export class Gateway {
  #daemon: Daemon | null = null;

  private constructor(
    private readonly machine: Machine,
    private readonly args: readonly string[],
    readonly port: number,
    private readonly options: Required<GatewayOptions>,
  ) {}

  /** @param args the command and its options; those must make it listen on `port` of the host */
  static async start(
    machine: Machine,
    port: number,
    args: readonly string[],
    { host = "127.0.0.1", env = {} }: GatewayOptions = {},
  ): Promise<Gateway> {
    const gateway = new Gateway(machine, args, port, { host, env });
    await gateway.start();
    return gateway;
  }

  async start(): Promise<void> {
    const { args, port } = this;
    const { host, env } = this.options;
    const daemon = this.machine.start(`gateway/${args[0]}-${host}-${port}`, process.execPath, [CLI, ...args], { env });
    this.#daemon = await daemon.listeningAt(host, port);
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  async kill(): Promise<void> {
    await this.#daemon?.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.signal(signal);
  }

  get pid(): number {
    return this.#daemon!.pid;
  }

  /** All that it has said. */
  log(): string {
    return this.#daemon?.log() ?? "";
  }

  /** What the log says of messages; the last line may be cut by a kill. */
  messages(): MessageLine[] {
    return this.log()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as MessageLine)
      .filter(({ msg }) => msg === "message");
  }
}
