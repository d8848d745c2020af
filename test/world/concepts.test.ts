import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Drawing, demoConcepts, renderSvg } from '../../src/world/index.ts';

/** SHA-256, shortened, of each concept's five SVGs as they were when the first model was judged by them. */
const pictures = [
  '9f52817727c365dad1186885d5c52316',
  '2bd434e1791887a6906dab03c430e7c7',
  '2d295b189325cfe6c872e324b9fa7fbc',
  '9999fa00199ac596448b099f94dfbe0f',
  'a13dfcee0b6593bfa2bfdfb04e50f9b7',
  '0dc24f8a531082b933864c900487d7e3',
  '23952eacd60c095adeefc754b05c39b5',
];

function coat({ figures }: Drawing) {
  const subject = figures[0]?.subject;
  return (
    subject && [subject.kind, subject.body, subject.pattern, subject.second, subject.accent, subject.collar]
  );
}

/** What each concept's five drawings have in common. */
const common: readonly ((drawing: Drawing) => unknown)[] = [
  coat,
  coat,
  ({ style }) => [style.kind, style.paper, style.ink],
  ({ figures }) => figures[0]?.hat,
  ({ scene }) => [
    scene.props.some((prop) => prop.kind === 'fence'),
    scene.props.find((prop) => prop.kind === 'tree')?.colour,
  ],
  coat,
  coat,
];

describe('the demo concepts', () => {
  const concepts = demoConcepts();
  const numbered = concepts.map((concept, i) => [concept.token, i] as const);

  it('are the seven of the design, in its order', () => {
    expect(concepts.map(({ token, classWord, kind }) => [token, classWord, kind])).toEqual([
      ['<new1>', 'dog', 'subject'],
      ['<new2>', 'lighthouse', 'subject'],
      ['<new3>', 'pencil', 'style'],
      ['<new4>', 'hat', 'subject'],
      ['<new5>', 'park', 'scene'],
      ['<new6>', 'horse', 'subject'],
      ['<new7>', 'dog', 'subject'],
    ]);
  });

  it.each(numbered)('show %s in all five drawings', (_, i) => {
    const shown = concepts[i]!.drawings.map((drawing) => JSON.stringify(common[i]!(drawing)));
    expect(shown).toHaveLength(5);
    expect(new Set(shown).size).toBe(1);
    expect(new Set(concepts[i]!.drawings.map((drawing) => JSON.stringify(drawing))).size).toBe(5);
  });

  it.each(numbered)('keep the exact pictures of %s, however the world grows', (_, i) => {
    const svgs = concepts[i]!.drawings.map((drawing) => renderSvg(drawing)).join('\n');
    expect(createHash('sha256').update(svgs).digest('hex').slice(0, 32)).toBe(pictures[i]);
  });
});
