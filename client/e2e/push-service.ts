// A push service at its wire, and the browsers that it delivers to. A browser's own service is out of reach of a story, so
// the subscription is played, too; what the engine sends is real, and is read as RFC 8291 has browsers read it.
import { createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from '@playwright/test';

interface Sent {
  to: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export class PushService {
  private constructor(
    private readonly server: Server,
    private readonly sent: Sent[],
  ) {}

  static async open(): Promise<PushService> {
    const sent: Sent[] = [];
    const server = createServer((request, answer) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const to = request.url?.split('/').at(-1) ?? '';
        sent.push({ to, headers: request.headers, body: Buffer.concat(parts) });
        answer.writeHead(201).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PushService(server, sent);
  }

  get origin() {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  browser(name: string): PushedBrowser {
    return new PushedBrowser(`${this.origin}/push/${name}`, () => this.sent.filter((one) => one.to === name));
  }
}

/** A browser's subscription, with the secrets that only it has. */
export class PushedBrowser {
  private readonly pair: ECDH = createECDH('prime256v1');
  private readonly auth = randomBytes(16);

  constructor(
    private readonly endpoint: string,
    /** All that it was sent so far. */
    readonly sent: () => Sent[],
  ) {
    this.pair.generateKeys();
  }

  /** From now on pages of this context find this subscription when they ask the browser for one. */
  async playIn(context: BrowserContext) {
    const { endpoint } = this;
    const keys = {
      p256dh: this.pair.getPublicKey().toString('base64url'),
      auth: this.auth.toString('base64url'),
    };
    await context.addInitScript(
      ({ endpoint, keys }) => {
        const there = 'story.subscribed';
        const subscription = {
          endpoint,
          toJSON: () => ({ endpoint, expirationTime: null, keys }),
          unsubscribe: () => Promise.resolve(localStorage.removeItem(there) === undefined),
        } as unknown as PushSubscription;
        PushManager.prototype.subscribe = (options) => {
          const key = new Uint8Array(options?.applicationServerKey as ArrayBuffer);
          localStorage.setItem(there, btoa(String.fromCharCode(...key)));
          return Promise.resolve(subscription);
        };
        PushManager.prototype.getSubscription = () =>
          Promise.resolve(localStorage.getItem(there) ? subscription : null);
      },
      { endpoint, keys },
    );
  }

  /** What its service worker is given: `aes128gcm` of RFC 8188, with the keys of RFC 8291. */
  read({ body }: Sent): string {
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + body.readUInt8(20));
    const text = body.subarray(21 + sender.length);
    const derive = (from: Buffer, salt: Buffer, what: Buffer, length: number) =>
      Buffer.from(hkdfSync('sha256', from, salt, what, length));
    const both = Buffer.concat([Buffer.from('WebPush: info\0'), this.pair.getPublicKey(), sender]);
    const secret = derive(this.pair.computeSecret(sender), this.auth, both, 32);
    const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const cipher = createDecipheriv('aes-128-gcm', key, nonce);
    cipher.setAuthTag(text.subarray(-16));
    const padded = Buffer.concat([cipher.update(text.subarray(0, -16)), cipher.final()]);
    return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
  }
}
