import { encodePng } from '../../src/pictures/encode.ts';
import { demoConcepts, renderPixels } from '../../src/world/index.ts';

/** The pictures of the demo's dog, as somebody would send them. */
export function taughtPictures(): Promise<readonly Uint8Array[]> {
  const [concept] = demoConcepts();
  return Promise.all(concept!.drawings.map(async (drawing) => encodePng(await renderPixels(drawing, 256))));
}
