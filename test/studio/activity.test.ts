import { expect, it } from 'vitest';
import { type AtOnce, watchActivity } from '../../src/studio/activity.ts';
import { createPaces } from '../../src/studio/paces.ts';
import { hold } from '../fakes/engine.ts';
import { createFakePlatformRecords } from '../fakes/records.ts';
import { request, scene } from './scene.ts';

function clockedWatch(atOnce: () => AtOnce = () => ({ teach: 2, imagine: 1 })) {
  let now = 0;
  const watch = watchActivity(atOnce, createPaces(), () => now);
  const enter = (kind: 'teach' | 'imagine', server: string, size = 1) =>
    watch.enter({ kind, server, what: 'dog', work: { like: kind, size } });
  return {
    watch,
    enter,
    pass(seconds: number) {
      now += seconds * 1000;
    },
    seconds: (server: string) => watch.of(server).map((job) => job.seconds),
  };
}

it('nothing is foretold before one of its kind has been measured', async () => {
  const { watch, enter, pass } = clockedWatch();
  const job = enter('teach', 'a');
  job.moved(0);
  pass(40);
  expect(watch.of('a')).toEqual([{ kind: 'teach', what: 'dog', ahead: 0 }]);
  await job.ended(true);
  expect(watch.of('a')).toEqual([]);
  enter('imagine', 'a').moved(0);
  expect(watch.of('a')[0]).not.toHaveProperty('seconds');
});

it('what waits is done after what is before it, by how long others took', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('teach', 'a');
  measured.moved(0);
  pass(60);
  await measured.ended(true);
  const [first, second, third] = [enter('teach', 'a'), enter('teach', 'b'), enter('teach', 'c')];
  first.moved(0);
  second.moved(0);
  third.moved(2);
  pass(20);
  expect([seconds('a'), seconds('b'), seconds('c')]).toEqual([[40], [40], [40 + 60]]);
  const own = enter('teach', 'a');
  own.moved(3);
  expect(seconds('a')).toEqual([40, (40 + 40 + 60) / 2 + 60]);
  pass(1000);
  expect(seconds('a')[0]).toBe(1);
});

it('what is learnt of a job is how long it was worked at, and not how long it waited again in between', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const job = enter('teach', 'a');
  job.moved(0);
  pass(20);
  job.moved(1);
  pass(36_000);
  job.moved(0);
  pass(10);
  await job.ended(true);
  const next = enter('teach', 'b');
  next.moved(0);
  pass(5);
  next.moved(1);
  pass(600);
  next.moved(0);
  expect(seconds('b')).toEqual([25]);
});

it('jobs of one server run one after another, however many run beside each other', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('teach', 'a');
  measured.moved(0);
  pass(60);
  await measured.ended(true);
  for (const ahead of [0, 1, 2]) enter('teach', 'a').moved(ahead);
  expect(seconds('a')).toEqual([60, 120, 180]);
});

it('the more jobs are done at once, the sooner they are; where nobody does any, no time is told', async () => {
  let teach = 1;
  const { enter, pass, seconds } = clockedWatch(() => (teach === 0 ? {} : { teach }));
  const measured = enter('teach', 'a');
  measured.moved(0);
  pass(60);
  await measured.ended(true);
  enter('teach', 'b').moved(6);
  const told = [1, 2, 3, 6, 7, 0].map((count) => {
    teach = count;
    return seconds('b')[0];
  });
  expect(told).toEqual([6 * 60 + 60, 3 * 60 + 60, 2 * 60 + 60, 60 + 60, 60, undefined]);
});

it('a drawing takes as long as it has pictures', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('imagine', 'a', 4);
  measured.moved(0);
  pass(8);
  await measured.ended(true);
  enter('imagine', 'a', 1).moved(0);
  enter('imagine', 'b', 3).moved(1);
  expect([seconds('a'), seconds('b')]).toEqual([[2], [2 + 6]]);
});

it('what failed or never began teaches nothing of how long others take', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const failed = enter('teach', 'a');
  failed.moved(0);
  pass(5);
  await failed.ended(false);
  await enter('teach', 'a').ended(true);
  enter('teach', 'a').moved(0);
  expect(seconds('a')).toEqual([undefined]);
});

it('a running job is done once its own steps are, where they take longer than those of others did', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const first = enter('teach', 'a');
  first.moved(0);
  enter('teach', 'b').moved(1);
  expect(seconds('a')).toEqual([undefined]);
  first.stepped({ phase: 'training', step: 10, steps: 300, secondsLeft: 90 });
  pass(10);
  expect(seconds('a')).toEqual([80]);
  expect(seconds('b'), 'which has no steps yet, and nothing like it was measured').toEqual([undefined]);
  await first.ended(true);
  const slow = enter('teach', 'a');
  slow.moved(0);
  slow.stepped({ phase: 'training', step: 10, steps: 300, secondsLeft: 90 });
  expect(seconds('a')).toEqual([90]);
});

it('jobs that other processes were asked for are counted as long as the one that waits for them', async () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('imagine', 'a');
  measured.moved(0);
  pass(6);
  await measured.ended(true);
  enter('imagine', 'a').moved(3);
  expect(seconds('a')).toEqual([3 * 6 + 6]);
});

it('whoever waits hears when it will be done, by what was measured before the last restart too', async () => {
  const records = createFakePlatformRecords();
  let now = 0;
  const kept = { measured: records, now: () => now, limits: { running: { teach: 1, imagine: 1 } } };
  const waits = async () => {
    const { studio, engine } = await scene(kept);
    const gate = Promise.withResolvers<void>();
    const { onTeach } = engine;
    engine.onTeach = async (task, options) => {
      await gate.promise;
      now += 60_000;
      return onTeach(task, options);
    };
    const heard: object[] = [];
    const first = studio.teach('a', await request());
    await expect.poll(() => studio.activity('a')).toMatchObject([{ ahead: 0 }]);
    const second = studio.teach('b', await request(), { onProgress: (progress) => heard.push(progress) });
    await expect.poll(() => heard.length).toBe(1);
    gate.resolve();
    await Promise.all([first, second]);
    return heard[0];
  };
  expect(await waits()).toEqual({ phase: 'waiting', step: 0, steps: 0, ahead: 1 });
  expect(await waits()).toEqual({ phase: 'waiting', step: 0, steps: 0, ahead: 1, secondsLeft: 120 });
});

it('the studio tells what runs and waits on a server, whose it is and what it is called, until it is done', async () => {
  const { studio, engine } = await scene();
  const { letGo } = hold(engine, 'onImagine');
  const by = { user: 'ada', administrator: false };
  const all = [
    studio.imagine('a', { prompt: 'a dog', by }, { job: 'j1' }),
    studio.imagine('a', { prompt: 'a hat' }),
  ];
  await expect.poll(async () => (await studio.activity('a')).length).toBe(2);
  expect(await studio.activity('a')).toEqual([
    { kind: 'imagine', what: 'a dog', ahead: 0, user: 'ada', job: 'j1' },
    { kind: 'imagine', what: 'a hat', ahead: 1 },
  ]);
  expect(await studio.activity('b')).toEqual([]);
  letGo();
  await Promise.all(all);
  expect(await studio.activity('a')).toEqual([]);
});
