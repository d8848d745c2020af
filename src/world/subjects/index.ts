import type { SubjectKind } from '../kinds.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import { bird } from './bird.ts';
import { car } from './car.ts';
import { cat } from './cat.ts';
import { dog } from './dog.ts';
import { horse } from './horse.ts';
import { house } from './house.ts';
import { lighthouse } from './lighthouse.ts';
import { tree } from './tree.ts';

export const subjects = { dog, cat, horse, lighthouse, bird, house, car, tree } satisfies Record<
  SubjectKind,
  SubjectMaker
>;

export const subjectKinds = Object.keys(subjects) as readonly SubjectKind[];
