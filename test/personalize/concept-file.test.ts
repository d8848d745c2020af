import { describe, expect, test } from 'vitest';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import {
  type ConceptWeights,
  decodeConcept,
  encodeConcept,
  layered,
} from '../../src/personalize/concept-file.ts';
import { ProblemError } from '../../src/result.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/safetensors.ts';
import { headOf } from './head.ts';

const heads = [headOf(3, 4, 'attn2.to_k'), headOf(3, 4, 'attn2.to_v')];
const concept: ConceptWeights = {
  method: 'cns',
  token: '<new3>',
  classWord: 'dog',
  kind: 'subject',
  model: 'ab12',
  embedding: Float32Array.of(0.5, -1, 3e-40),
  heads: new Map([
    ['attn2.to_k', { indices: Uint32Array.of(0, 5, 11), values: Float32Array.of(1, -2, 0.1) }],
    ['attn2.to_v', { indices: new Uint32Array(), values: new Float32Array() }],
  ]),
  deltas: new Map(),
};

/** What the other methods leave: factors of one matrix, all of the other, and an embedding for each of two layers. */
const added: ConceptWeights = {
  ...concept,
  ...layered([Float32Array.of(1, 2, 3), Float32Array.of(2, 3, -4)]),
  method: 'mix-of-show',
  heads: new Map(),
  deltas: new Map([
    ['attn2.to_k', { rank: 2, down: Float32Array.of(1, 2, 3, 4, 5, 6), up: new Float32Array(8).fill(0.3) }],
    ['attn2.to_v', { whole: new Float32Array(12).map((_, i) => i / 7) }],
  ]),
};
const twoLayers = [headOf(3, 4, 'attn2.to_k'), headOf(3, 4, 'attn2.to_v'), headOf(3, 4, 'other.attn2.to_k')];

const decode = (bytes: Uint8Array, of = heads) => decodeConcept(bytes, of, 3);

test('a concept comes back from its file bit for bit', () => {
  expect(decode(encodeConcept(concept))).toEqual(concept);
});

test('a concept whose weights stand at its token alone says so in its file', () => {
  for (const following of [0, 1]) {
    const own = { ...concept, following };
    expect(decode(encodeConcept(own))).toEqual(own);
  }
});

test('whole deltas, factors and layers come back from their file bit for bit', () => {
  expect(decode(encodeConcept(added), twoLayers)).toEqual(added);
  expect(added.embedding).toEqual(Float32Array.of(1.5, 2.5, -0.5));
});

test('a concept of the largest numbers that half precision has comes back', () => {
  const large = { ...concept, embedding: Float32Array.of(65_504, -65_504, 0) };
  expect(decode(encodeConcept(large))).toEqual(large);
});

test('factors take the room of factors', () => {
  const { deltas } = added;
  const size = (of: ReadonlyMap<string, never> | typeof deltas) =>
    decodeSafetensors(encodeConcept({ ...added, deltas: of }))
      .tensors.values()
      .reduce((sum, { data }) => sum + data.byteLength, 0);
  expect(size(deltas) - size(new Map())).toBe(4 * (6 + 8 + 12));
});

test('a file that names no method is of CNS, and one of CNS names none', () => {
  const { metadata } = decodeSafetensors(encodeConcept(concept));
  expect(Object.keys(metadata).sort()).toEqual(['class', 'format', 'kind', 'model', 'token', 'version']);
  expect(decode(encodeConcept(concept)).method).toBe('cns');
});

test('equal concepts give equal files, whatever order their heads come in', () => {
  const reordered = { ...concept, heads: new Map([...concept.heads].reverse()) };
  expect(encodeConcept(reordered)).toEqual(encodeConcept(concept));
});

test('nothing of the file is held on to, so that a large one can be freed', () => {
  const bytes = encodeConcept(concept);
  const decoded = decode(bytes);
  bytes.fill(0);
  expect(decoded).toEqual(concept);
});

type Change = (tensors: Map<string, Tensor>, metadata: Record<string, string>) => void;

const uint32 = (values: readonly number[]): Tensor => ({
  type: 'uint32',
  dims: [values.length],
  data: Uint32Array.from(values),
});

const hostile: Record<string, Change> = {
  'has another format': (_, metadata) => {
    metadata.format = 'lora';
  },
  'has another version': (_, metadata) => {
    metadata.version = '2';
  },
  'has no notes': (_, metadata) => {
    for (const key of Object.keys(metadata)) delete metadata[key];
  },
  'names no token': (_, metadata) => {
    delete metadata.token;
  },
  'names a token of another form': (_, metadata) => {
    metadata.token = 'dog';
  },
  'names a token with a huge number': (_, metadata) => {
    metadata.token = `<new${'9'.repeat(400)}>`;
  },
  'does not say how many words read its weights': (_, metadata) => {
    metadata.following = 'all';
  },
  'has weights for a negative number of words': (_, metadata) => {
    metadata.following = '-1';
  },
  'is of a kind that is none': (_, metadata) => {
    metadata.kind = '__proto__';
  },
  'has no embedding': (tensors) => {
    tensors.delete('embedding');
  },
  'has an embedding of another width': (tensors) => {
    tensors.set('embedding', float32([4]));
  },
  'has an embedding of another type': (tensors) => {
    tensors.set('embedding', uint32([1, 2, 3]));
  },
  'has an embedding with a number that is none': (tensors) => {
    tensors.set('embedding', float32([3], [0, Number.NaN, 0]));
  },
  'has a matrix that the model has not': (tensors) => {
    tensors.set('attn1.to_k.indices', uint32([0]));
    tensors.set('attn1.to_k.values', float32([1]));
  },
  'has indices without values': (tensors) => {
    tensors.delete('attn2.to_k.values');
  },
  'has values without indices': (tensors) => {
    tensors.delete('attn2.to_k.indices');
  },
  'has more values than indices': (tensors) => {
    tensors.set('attn2.to_k.values', float32([4]));
  },
  'has indices of another type': (tensors) => {
    tensors.set('attn2.to_k.indices', float32([3], [0, 5, 11]));
  },
  'has values of another type': (tensors) => {
    tensors.set('attn2.to_k.values', uint32([1, 2, 3]));
  },
  'has an index beyond the matrix': (tensors) => {
    tensors.set('attn2.to_k.indices', uint32([0, 5, 12]));
  },
  'has an index twice': (tensors) => {
    tensors.set('attn2.to_k.indices', uint32([0, 5, 5]));
  },
  'has indices that do not ascend': (tensors) => {
    tensors.set('attn2.to_k.indices', uint32([5, 0, 11]));
  },
  'has an infinite weight': (tensors) => {
    tensors.set('attn2.to_k.values', float32([3], [1, Number.POSITIVE_INFINITY, 2]));
  },
  'has a weight that half precision has no number for': (tensors) => {
    tensors.set('attn2.to_k.values', float32([3], [1, -65_505, 2]));
  },
  'has an embedding as large as single precision goes': (tensors) => {
    tensors.set('embedding', float32([3], [0, 3e38, 0]));
  },
  'has a tensor that belongs to nothing': (tensors) => {
    tensors.set('more', float32([1]));
  },
  'has a third tensor for a matrix': (tensors) => {
    tensors.set('attn2.to_k.more', float32([1]));
  },
};

const hostileToMethods: Record<string, Change> = {
  'names a method as none is called': (_, metadata) => {
    metadata.method = '../cns';
  },
  'has embeddings for more layers than there are': (tensors) => {
    tensors.set('embedding', float32([3, 3]));
  },
  'has embeddings for fewer layers': (tensors) => {
    tensors.set('embedding', float32([1, 3]));
  },
  'has an embedding as long as all layers have together': (tensors) => {
    tensors.set('embedding', float32([6]));
  },
  'has factors of a rank that is no whole number': (tensors) => {
    tensors.set('attn2.to_k.down', float32([5]));
  },
  'has factors of a rank above that of the matrix': (tensors) => {
    tensors.set('attn2.to_k.down', float32([4, 3]));
    tensors.set('attn2.to_k.up', float32([4, 4]));
  },
  'has factors of no rank': (tensors) => {
    tensors.set('attn2.to_k.down', float32([0, 3]));
    tensors.set('attn2.to_k.up', float32([4, 0]));
  },
  'has factors of two ranks': (tensors) => {
    tensors.set('attn2.to_k.up', float32([4, 1]));
  },
  'has one factor': (tensors) => {
    tensors.delete('attn2.to_k.up');
  },
  'has a factor that half precision has no number for': (tensors) => {
    tensors.set('attn2.to_k.up', float32([4, 2], new Array(8).fill(1e5)));
  },
  'has an infinite factor': (tensors) => {
    tensors.set('attn2.to_k.up', float32([4, 2], new Array(8).fill(Number.NEGATIVE_INFINITY)));
  },
  'has a whole delta of another size': (tensors) => {
    tensors.set('attn2.to_v.whole', float32([11]));
  },
  'has a whole delta and factors of one matrix': (tensors) => {
    tensors.set('attn2.to_k.whole', float32([12]));
  },
  'has a delta of a matrix that the model has not': (tensors) => {
    tensors.set('attn1.to_v.whole', float32([12]));
  },
};

function problemOf(bytes: Uint8Array, of = heads): string {
  try {
    decode(bytes, of);
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('a concept file is refused that', () => {
  test.each(Object.entries(hostile))('%s', (_, change) => {
    const { tensors, metadata } = decodeSafetensors(encodeConcept(concept));
    change(tensors, metadata);
    expect(problemOf(encodeSafetensors(tensors, metadata))).toMatch(
      /^invalid-file: This concept file cannot be used: .+\. Forget the concept and teach it again\.$/,
    );
  });

  test.each(Object.entries(hostileToMethods))('%s', (_, change) => {
    const { tensors, metadata } = decodeSafetensors(encodeConcept(added));
    expect(problemOf(encodeSafetensors(tensors, metadata), twoLayers)).toBe('none');
    change(tensors, metadata);
    expect(problemOf(encodeSafetensors(tensors, metadata), twoLayers)).toMatch(
      /^invalid-file: This concept file cannot be used: .+\. Forget the concept and teach it again\.$/,
    );
  });

  test('is cut off anywhere', () => {
    const bytes = encodeConcept(concept);
    const accepted = [...bytes.keys()].filter((length) => {
      return !problemOf(bytes.subarray(0, length)).startsWith('invalid-file: ');
    });
    expect(accepted).toEqual([]);
  });
});
