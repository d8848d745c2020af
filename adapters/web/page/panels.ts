import { byId } from './dom.ts';

/** On narrow screens the panels at the sides lie under the page and come out at a button. Returns how to put them away. */
export function setUpPanels(): () => void {
  const shade = byId('shade');
  const panels = ['channels', 'concepts'].map((id) => ({ panel: byId(id), toggle: byId(`show-${id}`) }));

  function show(chosen?: (typeof panels)[number]): void {
    for (const one of panels) {
      const open = one === chosen;
      if (!open && one.panel.contains(document.activeElement)) one.toggle.focus();
      one.panel.classList.toggle('open', open);
      one.toggle.setAttribute('aria-expanded', String(open));
    }
    shade.classList.toggle('open', chosen !== undefined);
    chosen?.panel.querySelector<HTMLElement>('button, input')?.focus();
  }

  for (const one of panels) one.toggle.addEventListener('click', () => show(one));
  shade.addEventListener('click', () => show());
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && shade.classList.contains('open')) show();
  });
  return () => show();
}
