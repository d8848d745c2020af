/** The paper's methods in the order of its table, as it calls them. */
const printed: Readonly<Record<string, string>> = {
  'textual-inversion': 'Textual Inversion',
  'custom-diffusion': 'Custom Diffusion',
  'mix-of-show': 'Mix-of-Show',
  'orthogonal-adaptation': 'Orthogonal Adaptation',
  'c-lora': 'C-LoRA',
  'cns-everywhere': 'CNS, weights in place everywhere',
  cns: 'CNS',
};

/** A method as tables and charts call it. */
export function printedName(method: string): string {
  return printed[method] ?? method;
}

/** What methods are held against, as tables call it, in their order. None of it is taught anything. */
export const bounds = {
  itself: 'true drawings of the prompts',
  another: 'the same of any others of their classes',
  base: 'the base model, class words for tokens',
} as const;
export type BoundName = keyof typeof bounds;
export const boundNames = Object.keys(bounds) as readonly BoundName[];

/** The paper's methods as its table has them, others behind. */
export function inPaperOrder(methods: readonly string[]): readonly string[] {
  const order = Object.keys(printed);
  const place = (method: string) => (order.includes(method) ? order.indexOf(method) : order.length);
  return methods.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
