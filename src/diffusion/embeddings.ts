import { float32, type Tensor } from '../onnx/tensor.ts';

/** The text encoder's table of token embeddings, with rows of one's own for added tokens. */
export interface TokenEmbeddings {
  readonly width: number;
  /** The base model's row, as a view; undefined for an added token. */
  row(id: number): Float32Array | undefined;
  /** Rows of the given ids, [sequences, tokens, width]. `added` holds the rows of ids beyond the table. */
  lookUp(sequences: readonly Int32Array[], added: ReadonlyMap<number, Float32Array>): Tensor<'float32'>;
}

/** @param table [vocabulary size, width] */
export function createTokenEmbeddings(table: Tensor): TokenEmbeddings {
  const [rows = 0, width = 0] = table.dims;
  const values = table.data as Float32Array;
  const row = (id: number) => (id < rows ? values.subarray(id * width, (id + 1) * width) : undefined);
  return {
    width,
    row,
    lookUp(sequences, added) {
      const tokens = sequences[0]?.length ?? 0;
      const result = float32([sequences.length, tokens, width]);
      sequences.forEach((ids, sequence) => {
        ids.forEach((id, token) => {
          const found = row(id) ?? added.get(id);
          if (found === undefined) throw new RangeError(`The token id ${id} has no embedding`);
          result.data.set(found, (sequence * tokens + token) * width);
        });
      });
      return result;
    },
  };
}
