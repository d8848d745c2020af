import { createGraphBuilder, int, ints } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { sorted } from '../order.ts';
import type { CutUnet } from './unet.ts';

/** Keys and values of some texts, those of all heads beside one another in the order of heads, [texts, tokens, out features of all heads]. */
export const textsInput = 'keys and values of texts';
/** Which of the texts each of the batch reads, [batch]. */
export const readInput = 'text of each';

/** From this operator set on a Split takes its sizes as an input. */
const sizesAsInput = 13;

/**
 * The trunk with all keys and values in one input and a second that says which text each of the batch reads, in place of one input a
 * head that holds a text for each of the batch. No other value's shape follows from how many texts there are.
 */
export function withGatheredTexts({ trunk, heads }: CutUnet): Graph {
  const names = new Set(heads.map(({ trunkInput }) => trunkInput));
  const ofHeads = trunk.inputs.filter(({ name }) => names.has(name));
  const [batch = 'batch', tokens = 'tokens'] = ofHeads[0]?.dims ?? [];
  const inputs = trunk.inputs.filter((input) => !ofHeads.includes(input));
  const from = { ...trunk, inputs };
  const builder = createGraphBuilder({ name: trunk.name, opset: trunk.opset, from });
  const sizes = heads.map(({ outFeatures }) => outFeatures);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const texts = builder.input(textsInput, 'float32', ['texts', tokens, width]);
  const read = builder.input(readInput, 'int64', [batch]);
  const gathered = builder.op('Gather', [texts, read], { axis: int(0) });
  builder.node({
    op: 'Split',
    domain: '',
    name: builder.fresh('keys and values'),
    inputs: trunk.opset < sizesAsInput ? [gathered] : [gathered, builder.ints(sizes)],
    outputs: heads.map(({ trunkInput }) => trunkInput),
    attributes: { axis: int(2), ...(trunk.opset < sizesAsInput && { split: ints(sizes) }) },
  });
  return sorted(builder.build());
}
