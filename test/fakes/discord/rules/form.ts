import { invalid } from '../answer.ts';

interface Labelled {
  readonly type: number;
  readonly label?: string;
  readonly description?: string;
  readonly content?: string;
  readonly component?: { readonly type: number; readonly custom_id: string; readonly value?: string };
}

const label = 18;
const textDisplay = 10;
/** Text input, string select, file upload. */
const inputs = [4, 3, 19];

/** The rules of a form. Refuses as Discord does. */
export function checkForm(form: Record<string, unknown>): void {
  const { custom_id, title, components } = form as {
    custom_id: string;
    title: string;
    components: readonly Labelled[];
  };
  if (!within(custom_id, 1, 100)) invalid('custom_id');
  if (!within(title, 1, 45)) invalid('title');
  if (components.length < 1 || components.length > 5) invalid('components');
  for (const component of components) checkPart(component);
}

function checkPart({ type, label: name = '', description, content, component }: Labelled): void {
  if (type === textDisplay && within(content, 1, 4000)) return;
  if (type !== label || !component) invalid('component');
  if (!within(name, 1, 45)) invalid('label');
  if (description !== undefined && !within(description, 1, 100)) invalid('description');
  if (!inputs.includes(component.type) || !within(component.custom_id, 1, 100)) invalid('input');
  if (component.value !== undefined && !within(component.value, 1, 4000)) invalid('value');
}

function within(words: string | undefined, least: number, most: number): boolean {
  return words !== undefined && words.length >= least && words.length <= most;
}
