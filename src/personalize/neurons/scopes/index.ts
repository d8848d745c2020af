import type { Scope } from '../scope.ts';
import { matrix } from './matrix.ts';
import { model } from './model.ts';
import { row } from './row.ts';

export const scopes = { row, matrix, model } satisfies Record<string, Scope>;
export type ScopeName = keyof typeof scopes;
