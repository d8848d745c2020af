import { expect, it } from 'vitest';
import { watchActivity } from '../../src/studio/activity.ts';
import { scene } from './scene.ts';

function clockedWatch() {
  let now = 0;
  const watch = watchActivity({ teach: 2, imagine: 1 }, () => now);
  const enter = (kind: 'teach' | 'imagine', server: string, size = 1) =>
    watch.enter({ kind, server, what: 'dog', size });
  return {
    watch,
    enter,
    pass(seconds: number) {
      now += seconds * 1000;
    },
    seconds: (server: string) => watch.of(server).map((job) => job.seconds),
  };
}

it('nothing is foretold before one of its kind has been measured', () => {
  const { watch, enter, pass } = clockedWatch();
  const job = enter('teach', 'a');
  job.moved(0);
  pass(40);
  expect(watch.of('a')).toEqual([{ kind: 'teach', what: 'dog', ahead: 0 }]);
  job.ended(true);
  expect(watch.of('a')).toEqual([]);
  enter('imagine', 'a').moved(0);
  expect(watch.of('a')[0]).not.toHaveProperty('seconds');
});

it('what waits is done after what is before it, by how long others took', () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('teach', 'a');
  measured.moved(0);
  pass(60);
  measured.ended(true);
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

it('jobs of one server run one after another, however many run beside each other', () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('teach', 'a');
  measured.moved(0);
  pass(60);
  measured.ended(true);
  for (const ahead of [0, 1, 2]) enter('teach', 'a').moved(ahead);
  expect(seconds('a')).toEqual([60, 120, 180]);
});

it('a drawing takes as long as it has pictures', () => {
  const { enter, pass, seconds } = clockedWatch();
  const measured = enter('imagine', 'a', 4);
  measured.moved(0);
  pass(8);
  measured.ended(true);
  enter('imagine', 'a', 1).moved(0);
  enter('imagine', 'b', 3).moved(1);
  expect([seconds('a'), seconds('b')]).toEqual([[2], [2 + 6]]);
});

it('what failed or never began teaches nothing of how long others take', () => {
  const { enter, pass, seconds } = clockedWatch();
  const failed = enter('teach', 'a');
  failed.moved(0);
  pass(5);
  failed.ended(false);
  enter('teach', 'a').ended(true);
  enter('teach', 'a').moved(0);
  expect(seconds('a')).toEqual([undefined]);
});

it('the studio tells what runs and waits on a server, whose it is and what it is called, until it is done', async () => {
  const { studio, engine } = await scene();
  const { promise: open, resolve } = Promise.withResolvers<void>();
  const { onImagine } = engine;
  engine.onImagine = async (task, options) => {
    await open;
    return onImagine(task, options);
  };
  const by = { user: 'ada', administrator: false };
  const all = [
    studio.imagine('a', { prompt: 'a dog', by }, { job: 'j1' }),
    studio.imagine('a', { prompt: 'a hat' }),
  ];
  await expect.poll(() => studio.activity('a').length).toBe(2);
  expect(studio.activity('a')).toEqual([
    { kind: 'imagine', what: 'a dog', ahead: 0, user: 'ada', job: 'j1' },
    { kind: 'imagine', what: 'a hat', ahead: 1 },
  ]);
  expect(studio.activity('b')).toEqual([]);
  resolve();
  await Promise.all(all);
  expect(studio.activity('a')).toEqual([]);
});
