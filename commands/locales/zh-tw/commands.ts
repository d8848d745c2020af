import { formatNames } from '../../../src/format-names.ts';
import { methodNames } from '../../../src/method-names.ts';
import type { CommandWords } from '../command-words.ts';

/** Methods and file formats are called by their names in every language. */
const namesThemselves = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
const methodChoices = { default: '預設', ...namesThemselves(methodNames) };

/** Options that several commands have. */
const kindWords = {
  name: '種類',
  description: '某一個特定的東西（主體）、一種畫法（風格）或一個地方（場景）',
  choices: { subject: '主體', style: '風格', scene: '場景' },
};
const labelWords = { name: '名稱', description: '你給它取的名字：Rex' };

/** What commands and their options are called in Traditional Chinese. */
export const commands: Readonly<Record<string, CommandWords>> = {
  teach: {
    name: '學習',
    description: '用一到六張圖片教我一樣東西',
    menu: '用這則訊息教我',
    options: {
      class: { name: '類別', description: '它是什麼，用一個英文字：dog、hat、park' },
      kind: kindWords,
      label: labelWords,
      description: { name: '描述', description: '圖片裡有什麼：a brown dog with white spots' },
      pictures: {
        name: '圖片',
        description: '一到六張它的圖片',
        each: '圖片',
        next: (number, most) => `第 ${number} 張，最多 ${most} 張`,
      },
    },
  },
  imagine: {
    name: '畫圖',
    description: '照提示詞畫圖，可以用這裡教過的任何概念',
    options: {
      prompt: { name: '提示詞', description: '要畫什麼：a <new1> dog in the park' },
      count: { name: '數量', description: '要幾張圖' },
      seed: { name: '種子', description: '用先前圖片的種子可以再畫一次' },
      steps: { name: '步數', description: '去雜訊的步數：越多越久，也越細緻' },
      guidance: { name: '引導', description: '要多嚴格地照提示詞畫' },
      width: { name: '寬度', description: '橫向的像素數，模型能畫其他大小時才有用' },
      height: { name: '高度', description: '縱向的像素數，模型能畫其他大小時才有用' },
      negative: { name: '排除', description: '不要出現在圖裡的東西' },
    },
  },
  concepts: {
    name: '概念',
    description: '列出這裡教過的概念，或顯示、改名、匯出其中一個',
    options: {
      do: {
        name: '動作',
        description: '列出（預設）、顯示、改名或匯出',
        choices: { list: '列出', show: '顯示', rename: '改名', export: '匯出' },
      },
      concept: { name: '概念', description: '哪一個：<new1>' },
      label: { name: '名稱', description: '改名時的新名稱' },
      format: {
        name: '格式',
        description: '匯出成哪種檔案給其他程式用；預設是 keepsake',
        choices: namesThemselves(formatNames),
      },
    },
  },
  forget: {
    name: '忘記',
    description: '再次確認之後，永遠忘記一個概念',
    options: { concept: { name: '概念', description: '哪一個：<new1>' } },
  },
  export: { name: '匯出', description: '把這裡教過的一切放進一個檔案帶走', options: {} },
  import: {
    name: '匯入',
    description: '匯入別處教過的東西：匯出的檔案，或單一概念的檔案',
    options: {
      class: { name: '類別', description: '單一概念是什麼，檔案沒有說的話用一個英文字：dog、hat、park' },
      kind: kindWords,
      label: labelWords,
      file: {
        name: '檔案',
        description: '匯出時做的檔案，或一個概念；它的權重和嵌入向量可以是兩個檔案',
        each: '檔案',
        next: (number, most) => `第 ${number} 個檔案，最多 ${most} 個`,
      },
    },
  },
  privacy: {
    name: '隱私',
    description: '說明我為這個伺服器和你保存了什麼，並匯出或刪除你的部分',
    options: {},
  },
  cancel: { name: '取消', description: '停止你在這裡進行中的工作', options: {} },
  queue: {
    name: '佇列',
    description: '顯示這裡進行中的工作、你的何時完成、你還剩多少，並可停止它',
    options: {},
  },
  settings: {
    name: '設定',
    description: '顯示並更改這裡允許的事：誰可以教我、在哪裡、多少、哪些字詞',
    options: {
      teachers: {
        name: '教學者',
        description: '誰可以教我',
        choices: { everyone: '所有人', roles: '指定的身分組', administrators: '管理員' },
      },
      role: { name: '身分組', description: '成員可以教我的身分組' },
      channel: { name: '頻道', description: '可以使用我的頻道；沒有指定時就是全部' },
      block: { name: '封鎖', description: '不能再使用我的成員' },
      refill: { name: '重新計算', description: '學習次數和圖片數從現在起重新計算的成員' },
      words: { name: '禁用字詞', description: '提示詞和名稱裡不能使用的字詞，用逗號隔開' },
      remove: { name: '移除', description: 'yes 會把指定的身分組、頻道、封鎖的成員或字詞再拿掉' },
      gone: { name: '已不在', description: '用名稱拿掉已經不在、無法再選的身分組、頻道或封鎖的成員' },
      'user-lessons': { name: '每人學習', description: '一位成員 24 小時內可以教的次數' },
      'server-lessons': { name: '全部學習', description: '所有人合計 24 小時內可以教的次數' },
      'user-pictures': { name: '每人圖片', description: '一位成員一小時內可以畫的圖片數' },
      'server-pictures': { name: '全部圖片', description: '所有人合計一小時內可以畫的圖片數' },
      concepts: { name: '概念數', description: '這裡同時最多可以有幾個概念' },
      language: {
        name: '語言',
        description: '我回答的語言；自動是每位成員自己的語言',
        choices: { auto: '自動', en: '英文', 'zh-TW': '繁體中文' },
      },
      flagged: {
        name: '標記的圖片',
        description: '安全檢查（模型有的話）標記的圖片怎麼處理',
        choices: { block: '遮住', blur: '模糊', show: '顯示' },
      },
      method: {
        name: '方法',
        description: '從現在起用哪種方法學習；已經教過的不變',
        choices: methodChoices,
      },
    },
  },
  help: {
    name: '說明',
    description: '說明我會做什麼，或某個指令的一切',
    options: { command: { name: '指令', description: '一個指令：teach' } },
  },
};
