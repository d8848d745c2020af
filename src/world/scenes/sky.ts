import type { Uniform } from '../../random.ts';
import type { Prop } from '../drawing.ts';
import { between, chance, pick, times, whole } from '../random.ts';

/** Up to two white clouds. */
export function clouds(random: Uniform): Prop[] {
  return times(whole(random, 0, 2), () => ({
    kind: 'cloud',
    x: between(random, 6, 58),
    y: between(random, 6, 16),
    size: between(random, 5, 7.5),
    colour: '#ffffff',
  }));
}

/** With the given probability, a sun in one of the upper corners. */
export function sun(random: Uniform, probability: number): Prop[] {
  if (!chance(random, probability)) return [];
  const x = pick(random, [between(random, 7, 16), between(random, 48, 57)]);
  return [{ kind: 'sun', x, y: between(random, 8, 14), size: between(random, 5, 7), colour: '#ffd84a' }];
}
