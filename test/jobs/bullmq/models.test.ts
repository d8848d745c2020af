import { expect, onTestFinished, test } from 'vitest';
import { createCrew, type Member } from '../../../src/jobs/bullmq/crew.ts';
import { join } from '../../../src/jobs/bullmq/membership.ts';
import { connect } from '../../../src/jobs/bullmq/redis.ts';
import type { BaseModel, Standing } from '../../../src/jobs/bullmq/working.ts';
import { success } from '../../../src/result.ts';
import { type House, shareRedis } from './house.ts';

const newHouse = shareRedis();
const patience = { timeout: 10_000 };
const [one, two] = [
  { id: 'model-1', name: 'one' },
  { id: 'model-2', name: 'two' },
];

/** A worker with a model of its own, which answers with what that is called, and what it was told of its standing. */
function workerWith(house: House, model: BaseModel, silentMilliseconds: number) {
  const told: Standing[] = [];
  const handler = async () => success(model.name);
  const worker = house.worker(
    { teach: handler, imagine: handler },
    { model, silentMilliseconds, onStanding: (standing) => told.push(standing) },
  );
  return { ...worker, told };
}

test('jobs are done with the model of the worker that is there first, and by no worker with another', async () => {
  const house = newHouse();
  const first = workerWith(house, one, 1500);
  await expect.poll(() => first.told, patience).toEqual([{ serves: true }]);
  const others = [workerWith(house, two, 1500), workerWith(house, two, 1500)];
  for (const { told } of others)
    await expect.poll(() => told, patience).toEqual([{ serves: false, instead: one }]);
  const bot = house.bot();
  const jobs = ['a', 'b', 'c', 'd', 'e', 'f'].map((server) => bot.run('teach', server, '1'));
  expect(await Promise.all(jobs)).toEqual(jobs.map(() => success('one')));
});

test('when the last worker with a model has ended, those with the other do the jobs, those that waited included', async () => {
  const house = newHouse();
  const first = workerWith(house, one, 1500);
  await expect.poll(() => first.told, patience).toHaveLength(1);
  const second = workerWith(house, two, 1500);
  await expect.poll(() => second.told, patience).toHaveLength(1);
  await first.close();
  const job = house.bot().run('teach', 'a', '1');
  expect(await job).toEqual(success('two'));
  expect(second.told.at(-1)).toEqual({ serves: true });
  const late = workerWith(house, one, 1500);
  await expect.poll(() => late.told, patience).toEqual([{ serves: false, instead: two }]);
});

test('a worker that is cut off keeps others from taking its place with another model, and goes on when it is back', async () => {
  const house = newHouse();
  const way = await house.way();
  const told: Standing[] = [];
  const handler = async () => success('one');
  const handlers = { teach: handler, imagine: handler };
  const onStanding = (standing: Standing) => told.push(standing);
  house.worker(handlers, { url: way.url, model: one, silentMilliseconds: 600, onStanding });
  await expect.poll(() => told, patience).toEqual([{ serves: true }]);
  way.cut();
  const second = workerWith(house, two, 1500);
  const job = house.bot().run('teach', 'a', '1');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(second.told).toEqual([{ serves: false, instead: one }]);
  way.mend();
  expect(await job).toEqual(success('one'));
});

/** Workers as others see them, on Redis alone. */
function crewOf({ redis, prefix }: House, silentMilliseconds: number) {
  const client = connect({ url: redis.url, onError: () => {} });
  onTestFinished(() => client.disconnect());
  const crew = createCrew(client, { prefix }, silentMilliseconds);
  const member = (worker: string, model: BaseModel, teach = 2): Member => ({
    worker,
    model,
    slots: { teach, imagine: 5 },
  });
  return { crew, member, client };
}

test('a worker that never comes back gives its model’s place away in the end', async () => {
  const { crew, member } = crewOf(newHouse(), 20);
  expect(await crew.beat(member('w1', one), true)).toEqual(one);
  expect(await crew.beat(member('w2', two), true)).toEqual(one);
  await expect.poll(() => crew.beat(member('w2', two), true), { timeout: 5000 }).toEqual(two);
});

test('where Redis has lost everything, a worker that waited does not take the place before one that did the jobs', async () => {
  const house = newHouse();
  const first = workerWith(house, one, 1500);
  await expect.poll(() => first.told, patience).toHaveLength(1);
  const second = workerWith(house, two, 1500);
  await expect.poll(() => second.told, patience).toHaveLength(1);
  await house.lose();
  expect(await house.bot().run('teach', 'a', '1')).toEqual(success('one'));
  expect(second.told.filter(({ serves }) => serves)).toEqual([]);
});

test('a worker that waited takes an empty place after a while alone: who was there may be starting again', async () => {
  const answers = [one, undefined, undefined, one, undefined, undefined, undefined, two, undefined];
  const asked: boolean[] = [];
  const beat = async (_: Member, takes: boolean) => answers[asked.push(takes) - 1];
  const crew = { beat, async depart() {} };
  const member = () => ({ worker: 'w', model: two, slots: {} });
  const membership = join({ crew, member, beat: 5, onStanding() {}, onError() {} });
  await expect.poll(() => asked.length).toBeGreaterThanOrEqual(answers.length);
  await membership.leave();
  expect(asked.slice(0, answers.length)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
});

test('what is done at once is what all workers with the model do that are there', async () => {
  const house = newHouse();
  const { crew, member } = crewOf(house, 30_000);
  expect(await crew.look()).toEqual({ slots: {} });
  for (const [worker, model, teach] of [
    ['w1', one, 2],
    ['w2', one, 4],
    ['w3', two, 8],
  ] as const)
    await crew.beat(member(worker, model, teach), true);
  expect(await crew.look()).toEqual({ model: 'model-1', slots: { teach: 6, imagine: 10 } });
  await crew.depart('w2');
  expect(await crew.look()).toEqual({ model: 'model-1', slots: { teach: 2, imagine: 5 } });
  const { crew: impatient } = crewOf(house, 20);
  await expect.poll(() => impatient.look()).toEqual({ model: 'model-1', slots: {} });
});
