type Rule = readonly [RegExp, (...parts: readonly string[]) => string];

/**
 * What the core says, as it is said in Traditional Chinese. The core knows no languages: what its sentences have in them
 * stands in the groups. Those that are not here stay in English.
 */
const rules: readonly Rule[] = [
  [/^Stopped; nothing was (?:changed|learnt|drawn|exported|imported)\.$/, () => '已停止，一切照舊。'],
  [/^Stopped before it began; nothing was changed\.$/, () => '還沒開始就停止了，一切照舊。'],
  [/^There is no (\S+) here\. (.+)$/, (token, rest) => `這裡沒有 ${token}。${sentence(rest)}`],
  [
    /^Nothing has been taught (?:here )?yet: \/teach comes first\.$/,
    () => '這裡還沒有教過我任何東西：請先用 /學習。',
  ],
  [/^Taught here: (.+)\.$/, (names) => `這裡教過的有 ${names}。`],
  [/^The newest are (.+); \/concepts lists all\.$/, (names) => `最新的有 ${names}；/概念 會列出全部。`],
  [/^The prompt is empty: .+$/, () => '提示詞是空的：請說要畫什麼，例如 a dog in the park。'],
  [/^A prompt has at most ([\d,]+) characters: .+$/, (most) => `提示詞最多 ${most} 個字元，請說得短一點。`],
  [
    /^(\d+) of these are under way or waiting here: wait until one ends\.$/,
    (count) => `這裡已經有 ${count} 件這樣的工作在進行或排隊，請等其中一件結束。`,
  ],
  [
    /^The drawing engine stopped in the middle of this job\b.+$/,
    () => '繪圖引擎在這件工作途中停止了，正在重新啟動；教過的東西都還在。請再送一次指令。',
  ],
  [
    /^The drawing engine does not start\b.+$/,
    () => '繪圖引擎無法啟動，現在不能學習也不能畫圖；教過的東西都還在。原因在架設者的紀錄裡。',
  ],
  [
    /^The bot is stopping\b.+$/,
    () => '我正要停機，這件工作也跟著停止；教過的東西都還在。等我回來後請再送一次。',
  ],
  [/^Picture (\d+) (.+)$/, (number, what) => picture(`第 ${number} 張圖片`, what)],
  [/^The picture (.+)$/, (what) => picture('這張圖片', what)],
  [/^The pictures were described as (.+)\.$/, (captions) => `我把圖片描述成 ${captions}。`],
  [
    /^The prompt is longer than the model reads, so this was not drawn: (.+)\.$/,
    (rest) => `提示詞超過模型能讀的長度，這一段沒有畫：${rest}。`,
  ],
  [
    /^The negative prompt is longer than the model reads, so this was not kept out: (.+)\.$/,
    (rest) => `排除的內容超過模型能讀的長度，這一段沒有排除：${rest}。`,
  ],
  [
    /^With guidance (\S+) a negative prompt does nothing: .+$/,
    (guidance) => `引導為 ${guidance} 時，排除的內容不會有作用：請給大於 1 的值。`,
  ],
  [
    /^(<new\d+> .+) was left out, because its stored weights are damaged or missing\.$/,
    (name) => `${name} 的權重檔已損壞或遺失，所以沒有用上。`,
  ],
  [
    /^(<new\d+>) was left out, because its record is damaged\.$/,
    (token) => `${token} 的紀錄已損壞，所以沒有用上。`,
  ],
  [
    /^The settings of this server are damaged, .+$/,
    () => '這個伺服器的設定已損壞，所以現在不能學習也不能畫圖。管理員可以用 /設定 修復。',
  ],
  [
    /^On this server I may be used in (.+) only: .+$/,
    (channels) => `在這個伺服器只能在 ${channels} 使用我：請到那裡，或請管理員開放。`,
  ],
  [
    /^On this server only administrators may teach\..+$/,
    () => '在這個伺服器只有管理員可以教我，請找他們幫忙。',
  ],
  [
    /^On this server only members with a role of these may teach: (.+)\. Ask an .+$/,
    (roles) => `在這個伺服器只有這些身分組的成員可以教我：${roles}。請向管理員要求。`,
  ],
  [
    /^This server does not allow the word (“.+”)\. .+$/,
    (word) => `這個伺服器不允許 ${word} 這個詞，請不要用它。`,
  ],
  [
    /^This server is set to be taught by (\S+), which .+$/,
    (method) => `這個伺服器設定的方法 ${method} 在這個版本裡沒有。管理員可以用 /設定 選另一個。`,
  ],
  [
    /^This server has (\d+) concepts?, those being learnt included, and may have (\d+)\..+$/,
    (count, most) =>
      `這個伺服器連同正在學習的已有 ${count} 個概念，最多 ${most} 個。請先用 /忘記 忘記一個，或請管理員用 /設定 放寬。`,
  ],
  [
    /^A refused word has at most (\d+) characters: .+$/,
    (most) => `一個禁用字詞最多 ${most} 個字元，請用逗號隔開。`,
  ],
  [
    /^A server may name at most (\d+) (\S+) here: .+$/,
    (most, what) => `這裡最多可以指定 ${most} 個${namedWords[what] ?? what}，請先移除一個。`,
  ],
  [
    /^(You|This server) had (\d+) of (\d+) (lessons|pictures) in the last (24 hours|hour)\. (.+)$/,
    (who, used, limit, what, span, ways) =>
      `${who === 'You' ? '你' : '這個伺服器'}在過去${span === 'hour' ? '一小時' : ' 24 小時'}內已有 ${used} ${what === 'lessons' ? '次學習' : '張圖片'}，上限是 ${limit}。${waysOut(ways)}`,
  ],
  [/^There is no sample of (.+)\.$/, (name) => `沒有 ${name} 的範例圖。`],
  [
    /^This file cannot be imported: .+$/,
    () => '這個檔案無法匯入：它不完整，或不是匯出時做的檔案。請重新匯出。',
  ],
  [
    /^This was taught on another base model\b.+$/,
    () => '這是在另一個基礎模型上教的，權重在這裡沒有意義。請用那個模型啟動，或重新教一次。',
  ],
  [
    /^(<new\d+>) is known here already\..+$/,
    (token) =>
      `這裡已經有 ${token}。只能匯入到還沒教過任何東西的伺服器：請換一個伺服器，或先忘記這裡的概念。`,
  ],
  [/^Something is being taught here\b.+$/, () => '這裡正在學習，請等它結束，或用 /取消 停止。'],
  [/^What is known here is being replaced\b.+$/, () => '這裡的概念正在匯入，請一分鐘後再試。'],
  [/^The class word may have .+$/, () => '類別只能有文字、數字、空格、連字號和撇號，例如 dog。'],
  [/^The class word is what the thing is\b.+$/, () => '類別是指它是什麼，例如 dog；學會之後才會有 <newN>。'],
  [/^The label is empty\b.+$/, () => '名稱是空的，請輸入 1 到 60 個字元。'],
];

const namedWords: Readonly<Record<string, string>> = { roles: '身分組', channels: '頻道', words: '字詞' };

/** What to do where a quota is used up: ask for less, wait, or have it raised. */
function waysOut(ways: string): string {
  const most = /ask for at most (\d+)/i.exec(ways)?.[1];
  const wait = /wait ((?:\d+ (?:h|min|s) ?)+)/i.exec(ways)?.[1];
  const said = [
    ...(wait === undefined ? [] : [`請等 ${durationIn(wait)}`]),
    ...(most === undefined ? [] : [`請最多要 ${most} 張`]),
    '請管理員用 /設定 放寬',
  ];
  return `${said.join('，或')}。`;
}

function durationIn(english: string): string {
  return english.trim().replaceAll('h', '小時').replaceAll('min', '分').replace(/s$/, '秒');
}

/** What is wrong with a picture. */
const pictureRules: readonly Rule[] = [
  [/^is an empty file\b/, () => '是空的檔案，請重新傳送或換一張。'],
  [
    /^has (\S+) MB, more than the (\S+) MB allowed\b/,
    (size, most) => `有 ${size} MB，超過上限 ${most} MB，請縮小後再傳。`,
  ],
  [
    /^has (\d+) × (\d+) pixels, more than\b/,
    (width, height) => `有 ${width} × ${height} 像素，太大了，請縮小後再傳。`,
  ],
  [
    /^has only (\d+) × (\d+) pixels\. Send one with at least (\d+) on each side\.$/,
    (width, height, least) => `只有 ${width} × ${height} 像素，每邊至少要 ${least} 像素。`,
  ],
  [/^is an animation; only its first frame was used\.$/, () => '是動畫，只用了第一格。'],
  [
    /^(?:is damaged or cut off|takes too long to open|is not what its first bytes say)\b/,
    () => '無法開啟，請另存成 JPEG 或 PNG 再傳。',
  ],
  [
    /^is (?:no picture|an SVG drawing|a HEIC photo|a PDF|a TIFF|a BMP|a video|an archive|a text file)\b/,
    () => '不是可以用的圖片，請傳 JPEG、PNG 或 WebP。',
  ],
];

/** The sentence in Traditional Chinese, or as it was where it is not known. */
export function sentence(english: string): string {
  return said(rules, english) ?? english;
}

function picture(name: string, what: string): string {
  const known = said(pictureRules, what);
  return known === undefined ? `${name}：${what}` : `${name}${known}`;
}

function said(among: readonly Rule[], english: string): string | undefined {
  for (const [pattern, say] of among) {
    const match = pattern.exec(english);
    if (match) return say(...match.slice(1));
  }
  return undefined;
}
