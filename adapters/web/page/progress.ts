import type { MessageProgress } from '../wire.ts';
import { h } from './dom.ts';
import { wordsOf } from './words.ts';

export interface ProgressCard {
  readonly element: HTMLElement;
  update(progress: MessageProgress): void;
}

/** Shows a job under way: what it is, a bar, figures, the curve of its loss and a picture of how it looks so far. */
export function createProgressCard(press: (button: string) => void): ProgressCard {
  const title = h('p', { class: 'words' }, h('span', { class: 'dots' }, h('i'), h('i'), h('i')));
  const bar = h('progress', { max: 1, 'aria-label': 'Progress' });
  const figures = h('p', { class: 'figures' });
  const buttons = h('div', { class: 'buttons' });
  const element = h('div', { class: 'progress', 'aria-live': 'off' }, title, bar, figures, buttons);
  const losses: number[] = [];
  let preview: HTMLImageElement | undefined;
  let curve: SVGSVGElement | undefined;
  let shownTitle = '';

  return {
    element,
    update(progress) {
      const name = JSON.stringify(progress.title);
      if (name !== shownTitle) title.replaceChildren(...wordsOf(progress.title));
      shownTitle = name;
      if (progress.fraction === undefined) bar.removeAttribute('value');
      else bar.value = progress.fraction;
      figures.textContent = figuresOf(progress);
      if (buttons.childElementCount === 0) {
        const cancel = { type: 'button', class: 'button', click: () => press(progress.cancel.id) };
        buttons.append(h('button', cancel, progress.cancel.label));
      }
      if (progress.loss !== undefined) losses.push(progress.loss);
      if (losses.length > 2) {
        const next = drawCurve(losses);
        if (curve) curve.replaceWith(next);
        else figures.after(next);
        curve = next;
      }
      if (progress.preview === undefined) return;
      preview ??= title.parentElement!.insertBefore(
        h('img', { class: 'preview', alt: 'How it looks so far' }),
        bar,
      );
      preview.src = progress.preview;
    },
  };
}

function figuresOf({ phase, fraction, step, steps, loss, secondsLeft }: MessageProgress): string {
  const parts = [
    phase,
    fraction === undefined ? undefined : `${Math.floor(fraction * 100)} %`,
    step === undefined ? undefined : `step ${step} of ${steps}`,
    loss === undefined ? undefined : `loss ${loss.toFixed(4)}`,
    secondsLeft === undefined || fraction === 1 ? undefined : `about ${timeOf(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function timeOf(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function drawCurve(losses: readonly number[]): SVGSVGElement {
  const [width, height] = [200, 34];
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const points = losses.map((loss, index) => {
    const x = (index / (losses.length - 1)) * width;
    const y = height - 2 - ((loss - low) / (high - low || 1)) * (height - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  const line = document.createElementNS(namespace, 'polyline');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'curve');
  svg.setAttribute('role', 'img');
  svg.setAttribute(
    'aria-label',
    `The loss so far, from ${losses[0]!.toFixed(3)} to ${losses.at(-1)!.toFixed(3)}`,
  );
  line.setAttribute('points', points.join(' '));
  svg.append(line);
  return svg;
}
