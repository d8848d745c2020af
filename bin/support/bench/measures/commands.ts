import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../../../../src/engine/protocol.ts';
import { encodePng } from '../../../../src/pictures/encode.ts';
import { unwrap } from '../../../../src/result.ts';
import { loadSettings } from '../../../../src/settings/settings.ts';
import { demoConcepts, renderPixels } from '../../../../src/world/index.ts';
import { apart } from '../../apart.ts';
import { assemble } from '../../assemble.ts';
import { type Measure, time } from '../measure.ts';

const server = 'bench';

/** A teach and four pictures as people wait for them: through the studio, with the engine in its own process. */
const commands: Measure = async ({ model: modelDir, runs, teachSteps }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'keepsake-bench-'));
  const settings = unwrap(loadSettings(join(import.meta.dirname, '../../../..')));
  const given = apart({ ...settings, modelDir, logLevel: 'error' }, dataDir);
  const { bot, engine, close } = await assemble({
    ...given,
    ...(teachSteps !== undefined && { teachSteps }),
  });
  try {
    unwrap(await engine.describe(modelDir));
    const [{ classWord, kind, drawings }] = demoConcepts() as [ReturnType<typeof demoConcepts>[number]];
    const files = await Promise.all(
      drawings.map(async (drawing) => encodePng(await renderPixels(drawing, 256))),
    );
    const lesson = { user: 'bench', classWord, kind, pictures: async () => files };
    const clock = phaseClock();
    const { concept } = unwrap(await bot.studio.teach(server, lesson, { onProgress: clock.onProgress }));
    const teach = { ...clock.stop(), steps: concept.numbers.steps };
    const request = { prompt: `a ${concept.token} ${classWord} in the park`, count: 4, seed: 1 };
    const imagine = await time(runs, async () => unwrap(await bot.studio.imagine(server, request)));
    return { teach, imagine: { pictures: 4, seconds: imagine }, enginePeakBytes: await peakOf(engine.pid) };
  } finally {
    await close();
    await rm(dataDir, { recursive: true, force: true });
  }
};

/** Seconds from now on, in all and from the first word of each phase to that of another. */
function phaseClock() {
  const started = performance.now();
  const phases: Partial<Record<Progress['phase'], number>> = {};
  let [phase, since]: [Progress['phase'], number] = ['waiting', started];
  const end = () => {
    const now = performance.now();
    phases[phase] = (phases[phase] ?? 0) + (now - since) / 1000;
    since = now;
    return now;
  };
  return {
    onProgress(progress: Progress) {
      if (progress.phase === phase) return;
      end();
      ({ phase } = progress);
    },
    stop: () => ({ seconds: (end() - started) / 1000, phases }),
  };
}

/** The most memory that another process has had resident, in bytes; null where the system does not tell. */
async function peakOf(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

export default commands;
