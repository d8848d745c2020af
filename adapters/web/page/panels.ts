import { byId } from './dom.ts';

const narrow = '(max-width: 1020px)';

/**
 * On narrow screens the panels at the sides lie under the page and come out at a button; nothing else can be reached then. Returns how
 * to put them away.
 */
export function setUpPanels(): () => void {
  const shade = byId('shade');
  const panels = ['channels', 'concepts'].map((id) => ({
    panel: byId(id),
    toggle: byId(`show-${id}`),
    close: byId(`close-${id}`),
  }));
  let shown: (typeof panels)[number] | undefined;

  function show(chosen?: (typeof panels)[number]): void {
    const before = shown;
    shown = chosen;
    for (const one of panels) {
      one.panel.classList.toggle('open', one === chosen);
      one.toggle.setAttribute('aria-expanded', String(one === chosen));
    }
    shade.classList.toggle('open', chosen !== undefined);
    for (const element of document.body.children)
      element.toggleAttribute('inert', chosen !== undefined && element !== chosen.panel && element !== shade);
    (chosen?.close ?? before?.toggle)?.focus();
  }

  for (const one of panels) {
    one.toggle.addEventListener('click', () => show(one === shown ? undefined : one));
    one.close.addEventListener('click', () => show());
  }
  shade.addEventListener('click', () => show());
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && shown) show();
  });
  matchMedia(narrow).addEventListener('change', () => show());
  return () => show();
}
