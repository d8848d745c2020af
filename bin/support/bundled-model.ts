import { join } from 'node:path';

/** Folder of the model that comes with Keepsake. */
export const bundledModel = join(import.meta.dirname, '../../model-store/sketchbook');
