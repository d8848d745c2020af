import type { Agreement } from '../agreement.ts';
import { every } from './every.ts';
import { mean } from './mean.ts';
import { vote } from './vote.ts';

export const agreements = { every, vote, mean } satisfies Record<string, Agreement>;
export type AgreementName = keyof typeof agreements;
