import { expect, onTestFinished, test } from 'vitest';
import { serveMonitor } from '../../src/monitoring/server.ts';

async function open(why?: () => string | undefined, text = async () => 'a_metric 1\n') {
  const metrics = { text, contentType: 'text/plain; version=0.0.4; charset=utf-8' as const };
  const options = { host: '127.0.0.1', port: 0, metrics, unready: why ?? (() => undefined) };
  const monitor = await serveMonitor(options);
  onTestFinished(() => monitor.close());
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${monitor.port}${path}`, { method });
    return [response.status, await response.text(), response.headers.get('content-type')] as const;
  };
  return { ask, monitor, options };
}

test('a process that is not ready is alive all the same, and says why it is not', async () => {
  let why: string | undefined = 'The drawing engine is starting.';
  const { ask } = await open(() => why);
  expect((await ask('/healthz'))[0]).toBe(200);
  expect((await ask('/readyz')).slice(0, 2)).toEqual([503, 'The drawing engine is starting.\n']);
  why = undefined;
  expect((await ask('/readyz')).slice(0, 2)).toEqual([200, 'ready\n']);
});

test('metrics are told in the form that Prometheus asks for', async () => {
  const { ask } = await open();
  expect(await ask('/metrics')).toEqual([200, 'a_metric 1\n', 'text/plain; version=0.0.4; charset=utf-8']);
});

test('nothing else is there, nothing can be sent, and a failure shows nothing of itself', async () => {
  const { ask } = await open(undefined, () => Promise.reject(new Error('inner words')));
  for (const path of ['/', '/constructor', '/../healthz/x']) expect((await ask(path))[0]).toBe(404);
  expect((await ask('/healthz', 'POST'))[0]).toBe(405);
  expect((await ask('/healthz', 'HEAD')).slice(0, 2)).toEqual([200, '']);
  const [status, text] = await ask('/metrics');
  expect([status, text.includes('inner')]).toEqual([500, false]);
});

test('a port that is in use is told of by its setting', async () => {
  const { options, monitor } = await open();
  await expect(serveMonitor({ ...options, port: monitor.port })).rejects.toMatchObject({
    problem: { code: 'invalid-option', message: expect.stringContaining('METRICS_PORT') },
  });
});
