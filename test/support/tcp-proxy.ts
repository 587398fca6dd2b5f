import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A network between a client and a server, for a test to break. */
export interface TcpProxy {
  port: number;
  /** How many clients are connected, those included that wait for a frozen network. */
  connections(): number;
  /** Resets every connection; new ones are welcome. */
  cut(): void;
  /** Refuses new connections; those that are open stay. */
  refuse(): void;
  /** A partition: connections open and stay open, and nothing passes, neither bytes nor the end of a connection. */
  freeze(): void;
  /** Passes on what the server sends at this rate; a server that sends faster finds its socket full. */
  slow(bytesPerSecond: number): void;
  /** Undoes `refuse`, `freeze` and `slow`; what was held back passes, in order. */
  heal(): Promise<void>;
}

interface Target {
  port: number;
  /** Default: 127.0.0.1. */
  host?: string;
}

const SLICES_PER_SECOND = 20;

/** Starts one that ends with the test, and all its connections with it. */
export async function startTcpProxy(target: Target): Promise<TcpProxy> {
  const network = new Network();
  // Either half of a connection may end before the other.
  const server = createServer({ allowHalfOpen: true }, (client) => void connect(network, client, target));
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const port = portOf(server);
  onTestFinished(() => {
    server.close();
    network.cut();
    network.heal();
  });
  return {
    port,
    connections: () => network.clients.size,
    cut: () => network.cut(),
    // What is open stays so.
    refuse: () => void server.close(),
    freeze: () => network.freeze(),
    slow(bytesPerSecond) {
      network.bytesPerSecond = bytesPerSecond;
    },
    async heal() {
      network.heal();
      if (!server.listening) await listen(port);
    },
  };
}

class Network {
  readonly clients = new Set<Socket>();
  readonly #sockets = new Set<Socket>();
  bytesPerSecond = Number.POSITIVE_INFINITY;
  #frozen: PromiseWithResolvers<void> | null = null;

  keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // Whoever reads it is told too.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  freeze(): void {
    this.#frozen ??= Promise.withResolvers<void>();
  }

  heal(): void {
    this.#frozen?.resolve();
    this.#frozen = null;
    this.bytesPerSecond = Number.POSITIVE_INFINITY;
  }

  /** Settles when something may pass. */
  async open(): Promise<void> {
    while (this.#frozen) await this.#frozen.promise;
  }
}

async function connect(network: Network, client: Socket, target: Target): Promise<void> {
  network.keep(client);
  network.clients.add(client);
  client.once('close', () => network.clients.delete(client));
  await network.open();
  if (client.destroyed) return;
  const upstream = createConnection({ host: '127.0.0.1', ...target, allowHalfOpen: true });
  network.keep(upstream);
  await Promise.all([pass(network, client, upstream, whole), pass(network, upstream, client, slices)]);
}

type Cut = (bytes: Buffer, network: Network) => AsyncGenerator<Buffer>;

/** Passes on everything from one side to the other, its end or its reset included, as soon as the network lets it. */
async function pass(network: Network, from: Socket, to: Socket, cut: Cut): Promise<void> {
  try {
    for await (const bytes of from.iterator({ destroyOnReturn: false })) {
      for await (const piece of cut(bytes, network)) {
        await network.open();
        if (!to.write(piece)) await once(to, 'drain');
      }
    }
    await network.open();
    to.end();
  } catch {
    await network.open();
    to.resetAndDestroy();
    from.resetAndDestroy();
  }
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** As much at a time as the rate has let through. */
async function* slices(bytes: Buffer, network: Network): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = Math.max(1, Math.floor(network.bytesPerSecond / SLICES_PER_SECOND));
    if (length < bytes.length) await setTimeout(1000 / SLICES_PER_SECOND);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
