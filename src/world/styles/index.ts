import type { StyleKind } from '../kinds.ts';
import type { Painter } from '../painter.ts';
import { chalk } from './chalk.ts';
import { mosaic } from './mosaic.ts';
import { neon } from './neon.ts';
import { pencil } from './pencil.ts';
import { plain } from './plain.ts';
import { watercolour } from './watercolour.ts';

export const styles = { plain, pencil, neon, watercolour, mosaic, chalk } satisfies Record<
  StyleKind,
  Painter
>;

export const styleKinds = Object.keys(styles) as readonly StyleKind[];
