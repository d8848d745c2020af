import type { ConceptInfo } from '../wire.ts';
import { h } from './dom.ts';
import { withTokens } from './words.ts';

export interface ConceptList {
  show(concepts: readonly ConceptInfo[]): void;
}

/** The concepts of the channel with their samples; a click puts one into the prompt. */
export function createConceptList(list: HTMLElement, use: (words: string) => void): ConceptList {
  return {
    show(concepts) {
      const empty = h(
        'li',
        { class: 'hint' },
        'Nothing yet. What you teach appears here, with pictures of it.',
      );
      list.replaceChildren(
        ...(concepts.length === 0 ? [empty] : concepts.map((concept) => itemOf(concept, use))),
      );
    },
  };
}

function itemOf(concept: ConceptInfo, use: (words: string) => void): HTMLElement {
  const { token, classWord, kind, label, sample } = concept;
  const named = label !== '' && label !== classWord;
  const words = kind === 'style' ? `${token} style` : `${token} ${classWord}`;
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'concept', title: 'Use it in a prompt', click: () => use(words) },
      h('span', { class: 'name' }, named ? label : classWord),
      ...withTokens(token),
      h('span', { class: 'kind' }, named ? `${classWord} · ${kind}` : kind),
      h('img', { src: sample, alt: '', loading: 'lazy' }),
    ),
  );
}
