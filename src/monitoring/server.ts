import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { explainedListening } from '../listening.ts';
import type { Metrics } from './metrics.ts';

export interface MonitorOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** Why nothing can be asked of this process now, a sentence; undefined where it can. */
  unready(): string | undefined;
}

export interface Monitor {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers whoever looks after the installation: `/healthz` as long as the process does anything at all, `/readyz` with 200 where jobs
 * are taken and done and 503 and why where not, `/metrics` as Prometheus reads them. Raises 'invalid-option' where it cannot listen.
 */
export function serveMonitor(options: MonitorOptions): Promise<Monitor> {
  const { host, port } = options;
  const server = createServer(answering(options));
  return new Promise((resolve, reject) => {
    const names = { host: 'METRICS_HOST', port: 'METRICS_PORT' };
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(explainedListening(error, host, port, names)),
    );
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}

function answering({ metrics, unready }: MonitorOptions): RequestListener {
  const pages: Readonly<Record<string, () => Promise<{ status: number; type?: string; text: string }>>> = {
    '/healthz': async () => ({ status: 200, text: 'alive' }),
    '/readyz': async () => {
      const why = unready();
      return why === undefined ? { status: 200, text: 'ready' } : { status: 503, text: why };
    },
    '/metrics': async () => ({ status: 200, type: metrics.contentType, text: await metrics.text() }),
  };
  return async ({ method, url = '' }, response) => {
    const page = pages[url.split('?')[0] ?? ''];
    const reads = method === 'GET' || method === 'HEAD';
    const { status, type, text } =
      page && reads
        ? await page().catch(() => ({ status: 500, type: undefined, text: 'This could not be told.' }))
        : { status: page ? 405 : 404, type: undefined, text: 'There are /healthz, /readyz and /metrics.' };
    response.writeHead(status, { 'content-type': type ?? 'text/plain; charset=utf-8' });
    response.end(method === 'HEAD' ? undefined : text.endsWith('\n') ? text : `${text}\n`);
  };
}
