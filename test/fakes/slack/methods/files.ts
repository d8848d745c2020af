import { refuse } from '../answer.ts';
import { openTo } from '../channels.ts';
import { fileJson, finishLater } from '../files.ts';
import { type Call, type Methods, words } from '../method.ts';
import type { FakeFile } from '../world.ts';

const mostFiles = 10;

export const files: Methods = {
  'files.getUploadURLExternal': {
    scope: 'files:write',
    answer({ world, team, args, address }) {
      const [name, length, alt] = [words(args, 'filename'), Number(args.length), words(args, 'alt_text')];
      if (name === '' || !(length > 0)) refuse('invalid_arguments', 'filename or length');
      if (alt.length > 1000) refuse('invalid_arguments', 'alt_text');
      const id = world.newId('F');
      const file: FakeFile = {
        id,
        team: team.id,
        user: team.botUser,
        name,
        alt,
        length,
        mimetype: '',
        title: name,
        completed: false,
        deleted: false,
        shares: new Map(),
        serving: 'whole',
      };
      world.files.set(id, file);
      return { upload_url: `${address}/upload/v1/${id}`, file_id: id };
    },
  },

  'files.completeUploadExternal': {
    scope: 'files:write',
    answer(call) {
      const { world, team, args, lost } = call;
      const listed = args.files as readonly { readonly id: string; readonly title?: string }[];
      if (!Array.isArray(listed) || listed.length === 0 || listed.length > mostFiles)
        refuse('invalid_arguments', 'files');
      const found = listed.map(({ id, title }) => {
        const file = fileOf(call, id);
        if (!file.bytes) refuse('file_not_found');
        file.title = title ?? file.title;
        return file;
      });
      const id = words(args, 'channel_id');
      if (id !== '' && team.users.has(id)) refuse('invalid_channel');
      const channel = id === '' ? undefined : openTo(team, id).id;
      for (const file of found) file.completed = true;
      if (!lost) finishLater(world, team, channel, found, words(args, 'thread_ts'));
      return { files: found.map((file) => ({ id: file.id, title: file.title })) };
    },
  },

  'files.info': {
    scope: 'files:read',
    answer: (call) => ({ file: fileJson(call, fileOf(call, words(call.args, 'file'))) }),
  },

  'files.delete': {
    scope: 'files:write',
    answer(call) {
      const file = fileOf(call, words(call.args, 'file'));
      if (file.user !== call.team.botUser) refuse('cant_delete_file');
      file.deleted = true;
      for (const message of call.world.messages) {
        const left = message.files.filter((id) => !call.world.files.get(id)?.deleted);
        if (message.files.length > 0 && left.length === 0 && message.state.text === '')
          message.deleted = true;
      }
      return {};
    },
  },
};

function fileOf({ world, team }: Call, id: string): FakeFile {
  const file = world.files.get(id);
  return !file || file.team !== team.id || file.deleted ? refuse('file_not_found') : file;
}
