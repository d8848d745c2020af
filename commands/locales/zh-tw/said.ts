import type { Problem, ProblemCode } from '../../../src/result.ts';
import { createTranslator } from '../translator.ts';
import { parts } from './parts.ts';
import { sentences } from './sentences.ts';

/** What is said before a sentence for which there is no translation: those about model files, for who runs the bot. */
const kinds: Readonly<Record<ProblemCode, string>> = {
  'invalid-option': '這樣的要求無法照做',
  'invalid-picture': '這張圖片不能用',
  'unknown-token': '這裡沒有這個概念',
  'not-found': '找不到',
  'not-allowed': '這裡不允許',
  outrun: '有別的事先完成了',
  cancelled: '已停止',
  'timed-out': '時間太久',
  'engine-down': '繪圖引擎現在不能用',
  'storage-full': '磁碟滿了',
  'storage-corrupt': '存放的資料已損壞',
  'unsupported-operator': '基礎模型不能這樣用',
  'invalid-model': '基礎模型不能用',
  'invalid-file': '檔案不能用',
};

const translate = createTranslator({ ...sentences, ...parts });

/** The sentence in Traditional Chinese, or as it was where it is not known. */
export function sentence(english: string): string {
  return translate(english) ?? english;
}

/** What a problem says: in English and after a word of what it is about where it is not known. Chinese stays as it is. */
export function problemSentence({ code, message }: Problem): string {
  const english = /[.!?]$/.test(message);
  return translate(message) ?? (english ? `${kinds[code]}：${message}` : message);
}
