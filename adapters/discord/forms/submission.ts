import { ComponentType } from 'discord.js';
import type { AttachmentLink } from '../../attachments.ts';
import type { Given } from '../../given.ts';

/** A filled-in field of a form, as the library reads it. */
export interface Field {
  readonly type: ComponentType;
  readonly value?: unknown;
  readonly values?: readonly string[];
  readonly attachments?: { values(): Iterable<AttachmentLink> };
}

/** Reads a form that was sent. Fields left empty count as not given. */
export function givenInForm(fields: Iterable<readonly [string, Field]>): Given {
  const values: Record<string, string> = {};
  const files: AttachmentLink[] = [];
  for (const [name, { type, value, values: chosen = [], attachments }] of fields) {
    if (type === ComponentType.FileUpload) files.push(...(attachments?.values() ?? []));
    else {
      const given = (typeof value === 'string' ? value : (chosen[0] ?? '')).trim();
      if (given !== '') values[name] = given;
    }
  }
  return { values, files };
}
