import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/monitoring/metrics.ts';

const root = join(import.meta.dirname, '../..');

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(await readFile(join(root, 'deploy/grafana/keepsake.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};
const page = await readFile(join(root, 'docs/monitoring.md'), 'utf8');
const exposed = (await createMetrics('bot').text()).matchAll(/^# TYPE (\S+) (\S+)$/gm);
/** All that is told, by the names that a query may use, each with the metric that it is of. */
const told = new Map(
  [...exposed].flatMap(([, name = '', type]) =>
    (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((end) => [name + end, name] as const),
  ),
);
const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const named = queries.flatMap((query) => query.match(/\b(keepsake|process|nodejs)_\w+/g) ?? []);

test('every metric that the dashboard names is told', () => {
  expect(named.length).toBeGreaterThanOrEqual(queries.length);
  expect(named.filter((name) => !told.has(name))).toEqual([]);
});

test('the dashboard shows every metric of Keepsake, by labels that it has', () => {
  const own = [...told.values()].filter((name) => name.startsWith('keepsake_'));
  const shown = new Set(named.map((name) => told.get(name)));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter((name) => !shown.has(name))).toEqual([]);
  const labels = queries.flatMap((query) => [...query.matchAll(/by \(([\w, ]+)\)/g)].map(([, list]) => list));
  const known = ['kind', 'outcome', 'le', 'instance', 'role'];
  expect(labels.flatMap((list = '') => list.split(', ')).filter((label) => !known.includes(label))).toEqual(
    [],
  );
});

test('jobs, of which a bot and its worker both tell, are counted once', () => {
  const jobs = queries.filter((query) => query.includes('keepsake_job'));
  expect(jobs.length).toBeGreaterThan(5);
  for (const query of jobs) expect(query.match(/\{[^}]*\}/g)?.join(), query).toContain('role="bot"');
  const others = queries.filter((query) => !jobs.includes(query));
  expect(others.filter((query) => query.includes('role='))).toEqual([]);
});

test('panels have ids of their own and do not lie upon one another', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});

test('docs/monitoring.md explains every metric of Keepsake and no other', () => {
  const explained = [...page.matchAll(/^\| `(keepsake_\w+)/gm)].map(([, name]) => name);
  const own = new Set([...told.values()].filter((name) => name.startsWith('keepsake_')));
  expect(explained.sort()).toEqual([...own].sort());
});
