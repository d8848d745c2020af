import { raise } from '../../result.ts';
import { createGraphBuilder } from '../builder.ts';
import { type Graph, intAttribute, type Node, type ValueInfo } from '../graph.ts';
import { type Links, linksOf, usesAhead } from '../links.ts';
import { sorted } from '../order.ts';
import { prune } from '../prune.ts';
import { keepShapeOnly } from './shape-only.ts';
import { matrixDims } from './weight.ts';

/**
 * A text encoder without its token-embedding lookup, so that a new token is a row beside the table and no change to the graph.
 */
export interface CutTextEncoder {
  /** From `token_embeddings` [batch, tokens, width] to the text states. */
  readonly body: Graph;
  /** The weight [vocabularySize, width] whose rows are the tokens' embeddings. */
  readonly table: { readonly initializer: string; readonly vocabularySize: number; readonly width: number };
  /** The body's only output: the last hidden states [batch, tokens, width]. */
  readonly statesOutput: string;
}

/** The only input of a text encoder's body. */
export const embeddingsInput = 'token_embeddings';

/**
 * Cuts a text encoder at the result of its token-embedding lookup and drops every output but the last hidden states.
 * Raises `invalid-model` where there is no such lookup, `unsupported-operator` where the text states need the ids otherwise.
 */
export function cutTextEncoder(graph: Graph): CutTextEncoder {
  const ids = tokenIdsOf(graph);
  const states = graph.outputs.find((output) => output.name === 'last_hidden_state') ?? graph.outputs[0];
  if (states === undefined) return raise('invalid-model', 'This text encoder has no output.');
  const { node: lookup, table } = tokenLookup(graph, linksOf(graph), ids);
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: graph });
  builder.input(embeddingsInput, 'float32', [...ids.dims, table.width]);
  builder.op('Identity', [embeddingsInput], {}, lookup.outputs[0]);
  const whole = builder.build();
  const nodes = whole.nodes.filter((node) => node !== lookup);
  const body = prune(sorted({ ...whole, outputs: [states], nodes }));
  return { body: keepShapeOnly(body, ids, embeddingsInput, []), table, statesOutput: states.name };
}

function tokenIdsOf(graph: Graph): ValueInfo {
  const named = graph.inputs.find((input) => input.name === 'input_ids');
  const candidates = named ? [named] : graph.inputs.filter((input) => /^int(32|64)$/.test(input.type));
  const [ids] = candidates;
  if (ids === undefined || candidates.length > 1 || ids.dims.length !== 2) {
    return raise('invalid-model', 'This text encoder has no input "input_ids" of two dimensions.');
  }
  return ids;
}

const handingOn = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

interface Lookup {
  readonly node: Node;
  readonly table: CutTextEncoder['table'];
}

/** The lookup by token id in the largest table: positions and segments have fewer rows than a vocabulary. */
function tokenLookup(graph: Graph, links: Links, ids: ValueInfo): Lookup {
  let largest: Lookup | undefined;
  for (const { node, index } of usesAhead(links, ids.name, ({ node }) => handingOn.has(node.op))) {
    if (node.op !== 'Gather' || index !== 1 || intAttribute(node, 'axis', 0) !== 0) continue;
    const table = tableOf(graph, links, node.inputs[0] ?? '');
    if (table && table.vocabularySize > (largest?.table.vocabularySize ?? 0)) largest = { node, table };
  }
  return (
    largest ??
    raise('invalid-model', `Nothing in this text encoder looks "${ids.name}" up in a float32 table.`)
  );
}

function tableOf(graph: Graph, links: Links, value: string): CutTextEncoder['table'] | undefined {
  let initializer = value;
  for (let node = links.producer(initializer); node?.op === 'Identity'; node = links.producer(initializer)) {
    initializer = node.inputs[0] ?? '';
  }
  const dims = matrixDims(graph, initializer);
  return dims && { initializer, vocabularySize: dims[0], width: dims[1] };
}
