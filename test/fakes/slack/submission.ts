import { fileJson } from './files.ts';
import type { Doing } from './payloads.ts';
import type { Block, FakeFile } from './world.ts';

interface Input {
  readonly type: string;
  readonly action_id: string;
  readonly initial_value?: string;
  readonly initial_option?: { readonly value: string };
  readonly options?: readonly { readonly value: string }[];
  readonly filetypes?: readonly string[];
  readonly max_files?: number;
}

/** What a person fills into a modal. */
export interface Filled {
  readonly values: Readonly<Record<string, string | number>>;
  readonly files: readonly FakeFile[];
  /** Whether the client lets pass what it should not, as one that somebody has written themselves would. */
  readonly careless: boolean;
}

/** The state of a modal that is sent: by block, what was filled in or stood there already. */
export function stateOfView(doing: Doing, blocks: readonly Block[], filled: Filled): object {
  const inputs = blocks.filter((block) => block.type === 'input');
  for (const name of Object.keys(filled.values)) {
    if (!inputs.some(({ block_id }) => block_id === name))
      throw new Error(`The form does not ask for ${name}`);
  }
  return Object.fromEntries(
    inputs.map((block) => {
      const element = block.element as Input;
      const value = filledIn(doing, String(block.block_id), element, filled);
      const empty = value.value === null || value.selected_option === null || value.files?.length === 0;
      if (empty && block.optional !== true && !filled.careless)
        throw new Error(`The form needs ${block.block_id}`);
      return [String(block.block_id), { [element.action_id]: { type: element.type, ...value } }];
    }),
  );
}

interface Value {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
  readonly files?: readonly object[];
}

function filledIn(doing: Doing, name: string, element: Input, { values, files, careless }: Filled): Value {
  const given = values[name] === undefined ? undefined : String(values[name]);
  if (element.type === 'file_input') {
    const most = element.max_files ?? 10;
    const fits = ({ name }: FakeFile) =>
      element.filetypes?.includes(name.split('.').at(-1)!.toLowerCase()) ?? true;
    if (!careless && (files.length > most || !files.every(fits)))
      throw new Error('The form does not take these files');
    return { files: files.map((file) => fileJson(doing, file)) };
  }
  if (element.type === 'static_select') {
    const chosen =
      given === undefined ? element.initial_option : element.options?.find(({ value }) => value === given);
    if (given !== undefined && !chosen) throw new Error(`${name} cannot be ${given}`);
    return { selected_option: chosen ?? null };
  }
  return { value: (given ?? element.initial_value ?? '') || null };
}
