import { conceptFormat, decodeConcept, encodeConcept } from '../../personalize/concept-file.ts';
import type { Format } from '../format.ts';

/** Keepsake's own file: places, values and embedding as they were taught, of every method, to the bit. */
const keepsake: Format = {
  name: 'keepsake',
  async write(concept) {
    const note = 'Bring it in elsewhere with /import, where I run with the same base model.';
    return { files: [{ part: 'keepsake', bytes: encodeConcept(concept) }], notes: [note] };
  },
  async read({ bytes, metadata }, { heads, embeddings }) {
    if (metadata.format !== conceptFormat) return undefined;
    return { concept: decodeConcept(bytes, heads, embeddings.width) };
  },
};

export default keepsake;
