/** Whether sockets or event streams carry the next connection. */
export class Carrier {
  #neverOpened = 0;
  #hasOpened = false;
  #isStreamForGood = false;

  get isSocket(): boolean {
    return !this.#isStreamForGood && this.#neverOpened < 2;
  }

  socketOpened(): void {
    this.#hasOpened = true;
    this.#neverOpened = 0;
  }

  socketNeverOpened(): void {
    this.#neverOpened += 1;
  }

  /** Sockets do not get through where streams do. For good, unless one did before: then the server was only away. */
  streamConnected(): void {
    if (this.#hasOpened) this.#neverOpened = 1;
    else this.#isStreamForGood = true;
  }

  /** The server is away for both. */
  streamFailed(): void {
    this.#neverOpened = 1;
  }
}
