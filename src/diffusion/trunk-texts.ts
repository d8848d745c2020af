import { readInput, textsInput, withGatheredTexts } from '../onnx/cut/gathered.ts';
import type { CutUnet } from '../onnx/cut/unet.ts';
import type { Graph } from '../onnx/graph.ts';
import { float16BitsOf } from '../onnx/shape/evaluate/half.ts';
import { allocate, int64, type Tensor } from '../onnx/tensor.ts';
import type { OpenOptions, Runtime } from '../runtime/runtime.ts';
import { widthOf } from './heads.ts';
import { joinTexts, type TextValues } from './texts.ts';
import { inputDims, type TrainingShape } from './training/trunk-gradient.ts';
import { trunkInputs } from './trunk-inputs.ts';

/** A trunk to draw with, and how it is fed what its batch reads. */
export interface ReadingTrunk {
  readonly graph: Graph;
  readonly open: Pick<OpenOptions, 'half' | 'prepare' | 'anyRows'>;
  /** @param texts for each of the batch the one that it reads */
  feeds(texts: readonly TextValues[]): Readonly<Record<string, Tensor>>;
}

/**
 * On the CPU inputs are used where they lie, so that a batch has a text for each of its entries. A GPU is sent them anew in every step: there
 * each text comes once, however many read it, and in half precision where that is what is computed in.
 */
export function readingTrunk(
  { fixesShapes, precision }: Pick<Runtime, 'fixesShapes' | 'precision'>,
  cut: CutUnet,
  prepare?: TrainingShape,
): ReadingTrunk {
  return fixesShapes ? gathering(cut, precision === 'float16', prepare) : joining(cut, prepare);
}

function joining(cut: CutUnet, prepare?: TrainingShape): ReadingTrunk {
  const open = prepare ? { prepare: inputDims(cut, prepare) } : {};
  return { graph: cut.trunk, open, feeds: keepingLast(joinTexts) };
}

function gathering(cut: CutUnet, half: boolean, prepare?: TrainingShape): ReadingTrunk {
  const { sample } = trunkInputs(cut.trunk);
  const rowOf = remembered((text) => rowsOfHeads(cut, text, half));
  const join = keepingLast((texts) => joinRows(texts.map(rowOf), half));
  return {
    graph: withGatheredTexts(cut),
    open: {
      anyRows: [textsInput],
      ...(half && { half: { narrow: [sample.name], given: [textsInput] } }),
      ...(prepare && { prepare: gatheredDims(cut, prepare) }),
    },
    feeds(texts) {
      const distinct = [...new Set(texts)];
      const read = texts.map((text) => distinct.indexOf(text));
      return { [textsInput]: join(distinct), [readInput]: int64([read.length], read) };
    },
  };
}

function gatheredDims(cut: CutUnet, shape: TrainingShape): Readonly<Record<string, readonly number[]>> {
  const { sample, timestep } = trunkInputs(cut.trunk);
  const dims = inputDims(cut, shape);
  return {
    [sample.name]: dims[sample.name] as readonly number[],
    [timestep.name]: dims[timestep.name] as readonly number[],
    [textsInput]: [1, shape.tokens, widthOf(cut.heads)],
    [readInput]: [shape.batch],
  };
}

interface Rows {
  readonly tokens: number;
  readonly width: number;
  /** Half floats are bits. */
  readonly values: Uint16Array | Float32Array;
}

/** One text, the values of all heads beside one another at each token. */
function rowsOfHeads({ heads }: CutUnet, text: TextValues, half: boolean): Rows {
  const width = widthOf(heads);
  const tokens = text[heads[0]?.trunkInput ?? '']?.dims[1] ?? 0;
  const values = new Float32Array(tokens * width);
  let column = 0;
  for (const { trunkInput, outFeatures } of heads) {
    const own = text[trunkInput]?.data as Float32Array;
    for (let token = 0; token < tokens; token++) {
      const row = own.subarray(token * outFeatures, (token + 1) * outFeatures);
      values.set(row, token * width + column);
    }
    column += outFeatures;
  }
  return { tokens, width, values: half ? float16BitsOf(values) : values };
}

/** Texts one after another, [texts, tokens, width]. */
function joinRows(texts: readonly Rows[], half: boolean): Tensor {
  const { tokens = 0, width = 0 } = texts[0] ?? {};
  const size = tokens * width;
  const type = half ? 'float16' : 'float32';
  const data = allocate(type, texts.length * size);
  for (const [at, { values }] of texts.entries()) data.set(values, at * size);
  return { type, dims: [texts.length, tokens, width], data } as Tensor;
}

/** Makes what is asked for of each text once, and keeps it as long as the text itself is kept. */
function remembered<Made>(make: (text: TextValues) => Made): (text: TextValues) => Made {
  const known = new WeakMap<TextValues, Made>();
  return (text) => {
    const made = known.get(text) ?? make(text);
    known.set(text, made);
    return made;
  };
}

/** Gives what it gave last where the same texts come again, as they do at every step of a drawing. */
function keepingLast<Joined>(
  join: (texts: readonly TextValues[]) => Joined,
): (texts: readonly TextValues[]) => Joined {
  let last: { readonly texts: readonly TextValues[]; readonly joined: Joined } | undefined;
  return (texts) => {
    const same = last?.texts.length === texts.length && last.texts.every((text, i) => text === texts[i]);
    if (!same) last = { texts, joined: join(texts) };
    return (last as { readonly joined: Joined }).joined;
  };
}
