import { expect, test } from 'vitest';
import { createClock } from '../fakes/clock.ts';
import { createWire } from '../fakes/discord/wire.ts';
import { createWorld, type FakeInteraction } from '../fakes/discord/world.ts';
import { brokenPromises, summarize } from './summary.ts';

const interaction = (id: number, milliseconds?: number): FakeInteraction => ({
  id: String(id),
  token: 'token',
  type: 2,
  user: '1',
  channel: '2',
  createdAt: 1000,
  ...(milliseconds !== undefined && { acknowledgedAt: 1000 + milliseconds }),
});

const callback = (id: number) => ({
  at: 0,
  method: 'POST',
  path: `/interactions/${id}/token/callback`,
  query: new URLSearchParams(),
  authorization: undefined,
  contentType: '',
  json: {},
  files: [],
  status: 204,
});

test('a run is summed up by its percentiles, and by what came late, never or twice', () => {
  const wire = createWire();
  const world = createWorld(createClock());
  const sent = Array.from({ length: 200 }, (_, index) => interaction(index + 1, index + 1));
  for (const { id } of sent) wire.note(callback(Number(id)));
  const good = summarize({ world, wire }, sent, []);
  expect(good).toEqual({
    commands: 200,
    acknowledged: { p50: 100, p99: 198, max: 200 },
    late: 0,
    lost: 0,
    twice: 0,
  });
  expect(brokenPromises({ ...good, memory: { half: 100, answered: 110 } })).toEqual([]);
  wire.note(callback(7));
  const bad = summarize({ world, wire }, [...sent, interaction(201, 3001), interaction(202)], [sent[0]!]);
  expect(bad).toMatchObject({ commands: 202, late: 2, lost: 1, twice: 1 });
  expect(brokenPromises({ ...bad, memory: { half: 100, answered: 130 } })).toHaveLength(4);
});
