import { connect, type TLSSocket } from 'node:tls';

/** Who reaches the port of a replica and has no business there: bodies that never end, and connections that do nothing. */
export class Neighbour {
  readonly #port: number;
  readonly #open = new Set<TLSSocket>();
  #timer: NodeJS.Timeout | undefined;
  opened = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** Keeps so many bodies unfinished and so many connections idle; what is closed is opened again. */
  start(bodies: number, idle: number): void {
    // A handshake costs both sides: so many a second that the machine has something left.
    this.#timer = setInterval(() => {
      if (this.#open.size >= bodies + idle) return;
      if (this.opened++ % (bodies + idle) < bodies) this.#connect(sendUnfinishedBody);
      else this.#connect(() => {});
    }, 50);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#open) socket.destroy();
  }

  #connect(then: (socket: TLSSocket) => void): void {
    // Who attacks does not mind whose certificate it is.
    const socket = connect({ host: '127.0.0.1', port: this.#port, rejectUnauthorized: false });
    this.#open.add(socket);
    socket.once('secureConnect', () => then(socket));
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
    socket.resume();
  }
}

const bodyBytes = Math.floor(7.9 * 2 ** 20);

/** All of a body but its last byte. */
function sendUnfinishedBody(socket: TLSSocket): void {
  const head = `POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
  socket.write(head);
  socket.write(Buffer.alloc(bodyBytes - 1, ' '));
}
