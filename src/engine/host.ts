/** The engine process: everything that touches the runtime lives here. Forked by child.ts. */
import { inspect } from 'node:util';
import { ProblemError } from '../result.ts';
import type { EngineReply } from './protocol.ts';
import { serve, traceOf } from './serve.ts';
import type { HandlersModule } from './task.ts';

const log = (line: string) => process.stderr.write(`${line}\n`);

function reply(message: EngineReply): void {
  if (process.connected) process.send?.(message);
}

process.on('uncaughtException', (error) => {
  log(traceOf(error));
  process.exit(1);
});
process.on('disconnect', () => process.exit(0));
// A terminal sends these to both processes; the bot decides when this one ends.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});

async function start(): Promise<void> {
  const { createHandlers }: HandlersModule = await import(process.argv[2] ?? './handlers.ts');
  let onGpu = false;
  const handlers = await createHandlers(() => {
    onGpu = true;
  });
  process.on('message', serve(handlers, reply, log));
  reply({ type: 'ready', onGpu });
}

await start().catch((error: unknown) => {
  // A problem is a sentence on what to do: a trace around it would hide it.
  log(error instanceof ProblemError ? error.problem.message : inspect(error));
  process.exit(1);
});
