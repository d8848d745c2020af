/** Does one job of an evaluation and tells its parent how it gets on. Forked by processes.ts. */
import { openModel } from '../../../src/diffusion/model.ts';
import { createCns } from '../../../src/personalize/methods/cns.ts';
import { loadMethods } from '../../../src/personalize/methods.ts';
import { attempt } from '../../../src/result.ts';
import { openRuntime } from '../../../src/runtime/provider.ts';
import { drawBase } from './draw-base.ts';
import type { Job, JobContext, JobMessage, JudgesModule, Listener } from './job.ts';
import { measureBound } from './measure-bound.ts';
import { walkStream } from './walk-stream.ts';
import { walkVariant } from './walk-variant.ts';

process.on('disconnect', () => process.exit(0));
// A terminal sends these to both processes; the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});

const send = (message: JobMessage, then = () => {}) => process.send?.(message, then);
const listener: Listener = {
  onDone: (work, doing) => send({ type: 'done', work, doing }),
  onFound: (work) => send({ type: 'found', work }),
};

async function run(job: Job, context: JobContext): Promise<void> {
  const { runtime } = await openRuntime(context.provider, { threads: 1 });
  const base = await openModel(runtime, context.model);
  if (job.kind === 'base') return drawBase(job.what, base, context, listener);
  const methods = await loadMethods();
  const { openJudges }: JudgesModule = await import(context.judges);
  const tools = { base, methods, judges: await openJudges(runtime, context) };
  if (job.kind === 'bound') return measureBound(job, tools, context, listener);
  if (job.kind === 'variant')
    return walkVariant(job, { ...tools, method: createCns(job.cns) }, context, listener);
  const method = methods.get(job.method);
  if (!method) throw new RangeError(`There is no method ${job.method}`);
  await walkStream(job, { ...tools, method }, context, listener);
}

const [job = '', context = ''] = process.argv.slice(2);
const result = await attempt(() => run(JSON.parse(job) as Job, JSON.parse(context) as JobContext));
send({ type: 'result', ...(!result.ok && { problem: result.problem }) }, () => process.exit(0));
