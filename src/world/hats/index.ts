import type { HatMaker } from '../hat-maker.ts';
import type { HatKind } from '../kinds.ts';
import { beanie } from './beanie.ts';
import { cap } from './cap.ts';
import { party } from './party.ts';
import { top } from './top.ts';

export const hats = { party, beanie, top, cap } satisfies Record<HatKind, HatMaker>;

export const hatKinds = Object.keys(hats) as readonly HatKind[];
