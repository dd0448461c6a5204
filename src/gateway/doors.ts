import { formatAddress, type ListenAddress } from "./address.js";
import type { Daemon } from "./daemon.js";
import type { Log } from "./log.js";

/** The server of a door; it listens once and stops once. */
export interface DoorServer {
  listen(address: ListenAddress): Promise<void>;
  stop(grace: number): Promise<void>;
}

/** One or several doors that open and close together, behind settings that can be read again. */
export class Doors implements Daemon {
  readonly #open: DoorServer[] = [];

  /**
   * @param servers each with where it listens
   * @param reload reads the settings again; they apply from the next message on
   */
  constructor(
    private readonly servers: readonly (readonly [DoorServer, ListenAddress])[],
    readonly log: Log,
    readonly reload: () => Promise<void>,
  ) {}

  async start(): Promise<void> {
    try {
      for (const [server, address] of this.servers) {
        await server.listen(address);
        this.#open.push(server);
        this.log.info({ address: formatAddress(address) }, "listening");
      }
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  async stop(grace: number): Promise<void> {
    await Promise.all(this.#open.splice(0).map((server) => server.stop(grace)));
  }
}

/** A value that is read at the start and at each reload; a reload that fails changes nothing. */
export class Reloadable<T> {
  private constructor(
    private readonly load: () => Promise<T>,
    private value: T,
  ) {}

  static async of<T>(load: () => Promise<T>): Promise<Reloadable<T>> {
    return new Reloadable(load, await load());
  }

  readonly current = (): T => this.value;

  readonly reload = async (): Promise<void> => {
    this.value = await this.load();
  };
}
