/**
 * Octets on their way from a door, which pushes, to the service, which pulls: one piece at a time, so that memory is
 * constant whatever the size of the message.
 */
export class Pipe implements AsyncIterable<Uint8Array> {
  #piece: Uint8Array | null = null;
  #ended = false;
  #discarded = false;
  #failure: Error | null = null;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;

  /** Resolves when the reader has come back for more, or has stopped reading. */
  async write(piece: Uint8Array): Promise<void> {
    if (this.#discarded || this.#failure !== null) return;
    this.#piece = piece;
    this.#wake();
    await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
  }

  /** The message is complete. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The message will never be complete: the reader gets this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
    this.#release();
  }

  /** Nobody reads any more: what is written from now on is dropped. */
  discard(): void {
    this.#discarded = true;
    this.#piece = null;
    this.#release();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        if (this.#failure !== null) throw this.#failure;
        if (this.#piece !== null) {
          yield this.#piece;
          this.#piece = null;
          this.#release();
        } else if (this.#ended) return;
        else await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      }
    } finally {
      this.discard();
    }
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeReader = null;
  }

  #release(): void {
    this.#wakeWriter?.();
    this.#wakeWriter = null;
  }
}
