import { code, lines, link, plainText, type RichText, strong, text } from '../bot/rich-text.ts';
import type { Messages } from './en.ts';
import { commands } from './zh-tw/commands.ts';
import { problemSentence, sentence } from './zh-tw/said.ts';

const command = (name: string) => `/${commands[name]?.name ?? name}`;
/** A name before Chinese words: what ends in a quotation mark has its room already. */
const before = (name: RichText): RichText => (plainText(name).endsWith('」') ? name : [...name, ' ']);
const listed = (words: readonly string[]) => words.join('、');
const counted = (concepts: number, requests: number, jobs: number) => [
  ...(concepts === 0 ? [] : [`${concepts} 個概念`]),
  ...(requests === 0 ? [] : [`${requests} 次要求`]),
  ...(jobs === 0 ? [] : [`${jobs} 件還沒完成的工作`]),
];
/** Pictures are counted as sheets, files as pieces. */
const measured = (count: string | number, files: string) => `${count} ${files === '檔案' ? '個' : '張'}`;
const range = (least: number, most: number) => (least === most ? `${least}` : `${least} 到 ${most}`);
const roles = { everyone: '所有人', teacher: '可以教我的成員', administrator: '管理員' } as const;

/** Traditional Chinese as it is written in Taiwan. */
export const zhTW: Messages = {
  commands,
  sentence,
  problem: problemSentence,
  command,
  number: (value) => value.toLocaleString('zh-TW'),
  kinds: { subject: '主體', style: '風格', scene: '場景' },

  bot: {
    tooMany: (most) =>
      `你在這裡已經有 ${most} 件工作在進行。請等其中一件結束，或用 ${command('cancel')} 停止。`,
    stopping: '我正在停止，不再接受新的指令。請一分鐘後再送一次。',
    noSuchCommand: `這個指令已經不在了。用 ${command('help')} 看看有哪些指令。`,
    forRole: (name, role, who = `這個伺服器的${roles[role]}`) => `${name} 只開放給${who}，請找他們幫忙。`,
    foreignButton: '這個按鈕已經不是我的了，請重新送出指令。',
    deadButton: '這個按鈕已經沒有作用了，請重新送出指令。',
    wrong: '我這邊出了點問題。',
    interrupted: '這件事做完之前我停了下來，請再送一次指令。',
    stoppedTooOften: (times) => `做這件事時我中途停了 ${times} 次，不再嘗試；教過的東西都還在。`,
    wrongTryAgain: '我這邊出了點問題，請稍後再試。',
    notYours: {
      anyone: '',
      requester: '只有提出要求的人或管理員可以這麼做。',
      moderator: '只有提出要求的人或版主可以這麼做。',
      administrator: '只有管理員可以這麼做。',
    },
    cancel: '取消',
  },

  options: {
    missing: (name, option, description, example) =>
      `${name} 需要「${option}」：${description}。例如：${example}`,
    notAChoice: (option, choices, given) => `「${option}」只能是 ${listed(choices)}，不能是「${given}」。`,
    tooLong: (option, length, most) => `「${option}」有 ${length} 個字元，最多 ${most} 個。請說得短一點。`,
    notANumber: (option, whole, least, most, given) =>
      `「${option}」是 ${least} 到 ${most} 的${whole ? '整數' : '數字'}，不能是「${given}」。`,
    notChosen: (option) => `「${option}」不能用打字的：請在有提供選擇的平台上挑選，在這裡請不要填。`,
    notYesOrNo: (option, given) => `「${option}」只能是 yes 或 no，不能是「${given}」。`,
    fewFiles: (name, least, most, files, given) =>
      `${name} 需要 ${measured(range(least, most), files)}${files}，${given === 0 ? '但沒有附上' : `但只附上 ${measured(given, files)}`}。請附上後再送一次。`,
    manyFiles: (name, least, most, files, given) =>
      most === 0
        ? `${name} 不需要${files}，請拿掉後再送一次。`
        : `${name} 可以有 ${measured(range(least, most), files)}${files}，但附上了 ${measured(given, files)}。請挑最好的 ${measured(most, files)}。`,
    noOptions: (name) => `${name} 沒有選項。`,
    unknown: (name, option, known) => `${name} 沒有「${option}」這個選項，可用的是 ${listed(known)}。`,
  },

  progress: {
    phases: {
      fetching: '正在取得附上的檔案',
      waiting: '排隊中',
      restarting: '繪圖引擎中斷了，正在重新啟動並接著做',
      framing: '正在圖片裡找它',
      captioning: '正在描述圖片',
      loading: '正在準備模型',
      recalling: '正在畫出對這個類別的印象',
      selecting: '正在挑選神經元',
      training: '學習中',
      drawing: '繪圖中',
      packing: '正在打包',
      checking: '正在檢查檔案',
    },
    ahead: (count) => `（前面還有 ${count} 件）`,
    step: (step, steps) => `第 ${step} 步，共 ${steps} 步`,
    loss: (loss) => `損失 ${loss}`,
    left: (duration) => `剩下 ${duration}`,
    duration: (minutes, seconds) =>
      [...(minutes > 0 ? [`${minutes} 分`] : []), ...(seconds > 0 ? [`${seconds} 秒`] : [])].join(' '),
  },

  concepts: {
    name: (token, classWord, label) =>
      label === undefined
        ? text`${strong(token)} ${classWord}`
        : text`${strong(token)} ${classWord}「${label}」`,
    damagedName: (token) => text`紀錄已損壞的 ${strong(token)}`,
    damaged: (token) =>
      `${token} 的紀錄已損壞：請從備份還原資料夾，或請管理員用 ${command('forget')} ${token} 忘記它。`,
    damagedNotYours: (token) => `${token} 的紀錄已損壞，所以只有管理員可以忘記它。`,
    unknown: (known) =>
      `我不認識叫這個名字的概念。${known.length === 0 ? '這裡還沒有教過我任何東西。' : `這裡有 ${listed(known)}。`}`,
    forgotten: (token) => `${token} 後來被忘記了，所以這個按鈕已經沒有作用了。`,
    notYours: (token) => `${token} 是別人教的，只有他或管理員可以這麼做。`,
    neurons: (count) => `${count} 個神經元`,
    numbersOf: (count, method) => `以 ${method} 訓練的 ${count} 個數值`,
    share: (percent) => `佔 U-Net 與文字編碼器的 ${percent} %`,
    seconds: (seconds) => `${seconds} 秒`,
    losses: (first, last) => `損失 ${first} → ${last}`,
    sayWhich: (line) => `請說是哪一個概念：${line}`,
    sayNewName: (line) => `請也說出新的名稱：${line}`,
    renamed: (name) => text`現在叫做 ${name}。`,
    none: (line = `${command('teach')} dog`) =>
      text`這裡還沒有教過我任何東西。先用 ${code(line)} 附上一到六張圖片吧。`,
    list: (count, page, pages) =>
      text`這裡教過 ${count} 個概念${pages > 1 ? `，第 ${page} 頁，共 ${pages} 頁` : ''}：`,
    entry: (name, kind, date) => text`${name} · ${kind} · ${date} 學會`,
    shown: (name, kind, date, pictures) => text`${name} · ${kind} · ${date} 從 ${pictures} 張圖片學會`,
    shownBroughtIn: (name, kind, date) => text`${name} · ${kind} · ${date} 從檔案匯入`,
    damagedRecords: (tokens) => `這些概念的紀錄已損壞：${listed(tokens)}。`,
    earlier: '上一頁',
    later: '下一頁',
    tryIt: (line) => text`試試 ${line}`,
    drawnOf: (what) => `我畫的 ${what}`,
    export: '匯出',
    exported: (name) =>
      text`${before(name)}的 safetensors 檔案：它的嵌入向量、神經元與權重。加上 ${code('格式:')} 可以做成其他程式用的檔案。`,
    exporting: (name, format) => text`正在把 ${before(name)}做成 ${format} 格式的檔案`,
    exportedAs: (name, format) => text`${name}，${format} 格式。`,
    exportedUnsent: (server, token, format) =>
      text`檔案已經做好，但無法在這裡傳送。架設我的人可以在那台機器上製作：${code(`npm run data -- concept ${server} "${token}" ${format} FOLDER`)}。`,
  },

  teach: {
    learning: (what, pictures) => text`正在從 ${pictures} 張圖片學習 ${strong(what)}`,
    learnt: (name, sample) => text`我學會了 ${name}。試試 ${sample}`,
    keptUnseen: (name) => text`我學會了 ${before(name)}並且記住了，但圖片無法顯示。`,
    imagineIt: '畫畫看',
    sendIt: (line) => text`送出 ${line}，或先改成你想要的內容。`,
  },

  imagine: {
    drawing: (prompt) => text`正在畫 ${strong(prompt)}`,
    settings: (model, seed, steps, guidance, seconds) =>
      `${model} · 種子 ${seed} · ${steps} 步 · 引導 ${guidance} · ${seconds} 秒`,
    alt: (prompt, count) => `${count} 張圖片：${prompt}`,
    singleAlt: (prompt, number, count) => `${count} 張圖片中的第 ${number} 張：${prompt}`,
    singles: (prompt, seed) => text`${strong(prompt)} 的單張圖片，種子 ${seed}：`,
    seedLine: (line) => text`這一行會再畫出一樣的圖，想改什麼都可以：${code(line)}`,
    buttons: { again: '再畫一次', vary: '變化', singles: '單張圖片', seed: '使用種子', delete: '刪除' },
    again: (picture) => text`換一個種子，重畫${link('先前的圖片', picture)}。`,
    sibling: (picture) => text`${link('先前的圖片', picture)}的變化。`,
    unknownJob: '我不記得這張圖是怎麼畫的了，請重新送出指令。',
    forgotten: (tokens) => `這張圖畫好之後，${listed(tokens)} 已經被忘記了，所以我畫不出來了。`,
  },

  forget: {
    ask: (name) => text`要忘記 ${before(name)}嗎？之後提示詞就不能再用它，而且無法復原。`,
    forget: (token) => `忘記 ${token}`,
    keep: '保留',
    forgotten: (name) => text`已經忘記 ${name}，其他一切照舊。`,
    stays: (name) => text`${before(name)}保留下來了。`,
  },

  data: {
    exporting: () => text`正在打包這裡教過的一切`,
    exported: (concepts) =>
      text`${concepts} 個概念，連同權重、範例圖和這個伺服器的設定。拿到檔案的人就擁有這一切。在使用相同基礎模型的地方用 ${code(command('import'))} 匯入。`,
    exportedUnsent: (server) =>
      text`檔案已經做好，但無法在這裡傳送。架設我的人可以在那台機器上製作：${code(`npm run data -- export ${server} FILE`)}。`,
    importing: () => text`正在匯入別處教過的東西`,
    importedConcept: (name, sample) => text`我現在認識 ${before(name)}了。試試 ${sample}`,
    importedUnseen: (name) => text`我現在認識 ${before(name)}了，但無法顯示它的圖片。`,
    imported: (concepts, settings) =>
      text`我多認識了 ${concepts} 個概念，代號和原本一樣${settings ? '，設定也一起匯入了' : ''}。`,
    andMore: (count) => text`還有 ${count} 個`,
  },

  privacy: {
    kept: (graceDays, { picturesLeave, elsewhere }, messagesToo = false) =>
      lines(
        text`${strong('我在這裡保存的東西')}`,
        text`概念：輸入的文字、教的人的識別碼、時間、權重和一張範例圖，直到有人忘記它。`,
        text`畫圖：提示詞、設定和要求者的識別碼，這樣圖片下面的按鈕才能用。只留最近 1,000 次，不保存圖片。`,
        text`管理員的設定；以及每個識別碼用了多少額度，最多保留一天。`,
        text`你用來教我的圖片在學完後就不再保存；放棄的學習會再保留 30 天。${picturesLeave ? '一個描述圖片的服務會看到它們。' : '其他人都看不到。'}`,
        text`這些都在${elsewhere ? '架設我的人指定的地方，也可能在其他機器上' : '我執行的機器上'}。${graceDays === 0 ? '我被移出這個伺服器時就會刪除。' : `我被移出這個伺服器 ${graceDays} 天後就會刪除。`}${messagesToo ? '這裡的訊息和圖片也是，直到有更新的取代它們。' : '訊息由聊天平台保存。'}`,
      ),
    yours: (concepts, requests, jobs) => {
      const kept = counted(concepts, requests, jobs);
      return kept.length === 0
        ? text`我在這裡沒有保存你的任何東西。`
        : text`我在這裡保存了你的 ${listed(kept)}。`;
    },
    job: (command, since, givenUp) =>
      text`${since} 的 ${command}，${givenUp ? '已放棄，30 天後刪除' : '保存到回答為止'}`,
    exported: (line) => text`我在這個伺服器保存的、屬於你的一切。概念的權重不在裡面，請用 ${code(line)}。`,
    ask: (requests, messagesToo = false) =>
      text`要刪除我在這個伺服器保存的、屬於你的一切嗎？${requests === 0 ? '' : `${requests} 張圖片下面的按鈕會失效。`}進行中和排隊中的工作會停止並刪除，你教的概念會被忘記，沒有人能再用它們畫圖。${messagesToo ? '你在這裡的訊息和我的回答也會刪除。' : ''}這無法復原。`,
    deleted: (concepts, requests, jobs, messagesToo = false) => {
      const gone = [
        ...counted(concepts, requests, jobs),
        ...(messagesToo ? ['你在這裡的訊息和我的回答'] : []),
      ];
      return text`${gone.length === 0 ? '沒有東西可以刪除' : `已經刪除 ${listed(gone)}`}。只有額度的用量還會保留，最多一天。`;
    },
    stays: () => text`什麼都沒有刪除。`,
    buttons: { export: '匯出我的', ask: '刪除我的', confirm: '永久刪除', keep: '保留' },
  },

  cancel: {
    nothing: '你在這裡沒有進行中的工作。',
    stopping: (names) => text`正在停止 ${listed(names)}。`,
    over: '這件工作已經不在進行了。',
  },

  queue: {
    empty: () => text`這裡沒有進行中的工作。`,
    counted: (kind, running, waiting) =>
      text`${strong(kind === 'teach' ? '學習' : '畫圖')} ${running} 件進行中，${waiting} 件排隊中`,
    own: (number, name, what, place) => text`第 ${number} 件：${name} ${strong(what)} · ${place}`,
    running: '進行中',
    waiting: (ahead) => `排隊中，前面還有 ${ahead} 件`,
    left: (duration) => `大約再 ${duration}完成`,
    allowance: (lessons, mostLessons, pictures, mostPictures) =>
      `你還剩：24 小時內 ${lessons} 次學習（共 ${mostLessons} 次），一小時內 ${pictures} 張圖片（共 ${mostPictures} 張）。`,
    stop: (number) => `停止第 ${number} 件`,
  },

  settings: {
    labels: {
      teachers: '誰可以教我：',
      roles: '可以教我的身分組：',
      channels: '可以使用我的頻道：',
      blocked: '不能使用我的成員：',
      words: '不能使用的字詞：',
      lessons: '24 小時內的學習次數：',
      pictures: '一小時內的圖片數：',
      concepts: '概念：',
      language: '回答的語言：',
      flagged: '安全檢查標記的圖片：',
      method: '學習的方法：',
    },
    teachers: {
      everyone: `所有看得到 ${command('teach')} 的人`,
      roles: '有其中一個身分組的成員，以及管理員',
      administrators: '只有管理員',
    },
    languages: { auto: '每位成員自己的語言', en: 'English（英文）', 'zh-TW': '繁體中文' },
    flagged: { block: '遮住', blur: '模糊', show: '照樣顯示' },
    installation: '這套安裝預設的方法',
    none: '無',
    nobody: '沒有人',
    everywhere: '所有頻道',
    list: (names) => listed(names),
    each: (user, server, used) => `每位成員 ${user}，全部合計 ${server}，目前已用 ${used}`,
    of: (count, most) => `${count}，最多 ${most}`,
    how: `要改哪一項就寫出哪一項，${command('help')} settings 會說明全部。`,
    changed: '已更改，從現在起：',
    noWord: (line) => `這些不是字詞。請用逗號隔開：${line}`,
    removeWhat:
      '請也說要移除什麼：身分組、頻道、封鎖的成員或字詞。已經不在、無法再選的，用「已不在」寫出名稱來移除。',
    nothingCalled: (name) =>
      `已指定的身分組、頻道和封鎖的成員裡沒有「${name}」。用 ${command('settings')} 可以看有哪些。`,
    severalCalled: (name, all, line) => `「${name}」不只一個：${listed(all)}。請用 ID 說是哪一個：${line}`,
    reset: '恢復原始設定',
    keep: '保留',
    askReset: () => text`要把所有設定恢復成最初的樣子嗎？已指定的身分組、頻道、成員和字詞都會消失。`,
  },

  help: {
    unknown: (names) => `沒有這個指令。可用的有 ${listed(names)}。`,
    overview: (overview, example) =>
      lines(
        text`用幾張圖片教我一樣東西，再用提示詞把它們放在一起。除非你要求，我不會忘記。\n`,
        ...overview,
        text`\n例如 ${code(example)}`,
      ),
    example: (line) => text`\n例如 ${code(line)}`,
    range: (least, most) => `（${least} 到 ${most}）`,
    needed: '（必填）',
  },
};
