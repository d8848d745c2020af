import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { Sockets } from './sockets.ts';
import type { World } from './world.ts';

export type Kind = 'slash_commands' | 'interactive' | 'events_api';

/** How the app took what it was sent. */
export interface Delivered {
  /** 0 where no answer came. */
  readonly status: number;
  /** What it answered with: JSON, or ''. */
  readonly body: unknown;
  /** From sending to the answer. */
  readonly milliseconds: number;
}

export interface Manner {
  /** Replaces the right signature. */
  readonly signature?: string;
  /** Seconds since 1970. Now by default. */
  readonly timestamp?: number;
  /** The number of the retry, where it is one. */
  readonly retry?: number;
}

export interface Delivery {
  /** Where the app listens for HTTP; where it is not set, what there is goes over Socket Mode. */
  address?: string;
  send(kind: Kind, payload: Readonly<Record<string, unknown>>, manner?: Manner): Promise<Delivered>;
}

export function createDelivery(world: World, sockets: Sockets): Delivery {
  const delivery: Delivery = {
    async send(kind, payload, manner = {}) {
      const began = performance.now();
      const answer = delivery.address
        ? await post(delivery.address, world, kind, payload, manner)
        : await sockets.send(kind, payload, manner.retry);
      return { ...answer, milliseconds: performance.now() - began };
    },
  };
  return delivery;
}

/** A request as Slack signs it. */
function post(
  address: string,
  { signingSecret, clock }: World,
  kind: Kind,
  payload: Readonly<Record<string, unknown>>,
  { signature, timestamp = Math.floor(clock.now() / 1000), retry }: Manner,
): Promise<Omit<Delivered, 'milliseconds'>> {
  const body = bodyOf(kind, payload);
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signature ?? `v0=${digest}`,
    ...(retry !== undefined && {
      'x-slack-retry-num': String(retry),
      'x-slack-retry-reason': 'http_timeout',
    }),
  };
  return new Promise((resolve) => {
    const sent = request(address, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
    });
    sent.on('error', () => resolve({ status: 0, body: '' }));
    sent.end(body);
  });
}

function bodyOf(kind: Kind, payload: Readonly<Record<string, unknown>>): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(
    Object.entries(payload).map(([name, value]) => [name, String(value)]),
  ).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
