import { type Metadata, serverKey } from './metadata.ts';
import { numberIn, numberOf } from './numbers.ts';

/** Of the last number that a server gave. */
export const counterKey = (server: string) => serverKey(server, 'last-number');
/** Of how often something was added to its concepts. */
export const additionsKey = (server: string) => serverKey(server, 'additions');
/** Of the concept with that number. */
export const conceptKey = (server: string, number: number) => serverKey(server, 'concept', number);

/** 0 where none was given. Raises 'storage-corrupt' where that cannot be read. */
export async function lastNumber(metadata: Metadata, server: string): Promise<number> {
  return numberIn(await metadata.get(counterKey(server)));
}

/**
 * The numbers under which something is stored, in their order. A server costs what it has, and not what it ever gave. Raises as
 * {@link lastNumber} does.
 */
export async function storedNumbers(metadata: Metadata, server: string): Promise<readonly number[]> {
  const last = await lastNumber(metadata, server);
  const prefix = `${serverKey(server, 'concept')}/`;
  const numbers: number[] = [];
  for await (const key of metadata.keysUnder(prefix)) {
    const number = numberOf(`<new${key.slice(prefix.length)}>`);
    if (number !== undefined && number <= last) numbers.push(number);
  }
  return numbers.sort((a, b) => a - b);
}
