import type { AttachmentLink } from './attachments.ts';
import type { Given } from './options.ts';

/** A filled-in field of a form, as the library reads it. */
export interface Field {
  readonly value?: unknown;
  readonly values?: readonly string[];
  readonly attachments?: { values(): Iterable<AttachmentLink> };
}

/** Reads a form that was sent. Fields left empty count as not given. */
export function givenInForm(fields: Iterable<readonly [string, Field]>): Given {
  const values: Record<string, string> = {};
  const files: AttachmentLink[] = [];
  for (const [name, { value, values: chosen, attachments }] of fields) {
    const given = typeof value === 'string' ? value.trim() : attachments ? '' : (chosen?.[0] ?? '');
    if (given !== '') values[name] = given;
    files.push(...(attachments?.values() ?? []));
  }
  return { values, files };
}
