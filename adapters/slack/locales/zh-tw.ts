import type { SlackMessages } from './en.ts';

/** The same in Traditional Chinese. */
export const zhTW: SlackMessages = {
  askedBy: (name) => `由 ${name} 提出`,
  working: '我正在處理 …',
  invite: (bot) => `我不在這個頻道裡。請在這裡輸入 /invite @${bot} 再試一次，或換一個有我的頻道。`,
  sentDirectly: (bot) => `我只傳給你了：請看應用程式 ${bot} 的「訊息」。`,
  crowded: '現在有太多圖片正在傳送，請一分鐘後再傳。',
  restarting: '我正在重新啟動，請一分鐘後再送一次。',
  notAwaited: 'Slack 沒有等到我，請再送一次指令。',
  unknownMember: 'Slack 沒有告訴我你是誰，請一分鐘後再試。',
  notShown: 'Slack 收下了圖片卻沒有顯示，請一分鐘後再試。',
  preview: '目前的樣子',
  wrong: '我這邊出了問題，請稍後再試。',

  typed: {
    leftOver: (rest) => `「${rest}」不屬於任何選項。有空格的內容請放在引號裡，例如 禁用字詞:"gore, blood"。`,
    channel: (typed) => `Slack 沒有頻道「${typed}」。請輸入 # 再從出現的清單挑選：頻道:#studio。`,
    user: (typed) => `Slack 沒有成員「${typed}」。請輸入 @ 再從出現的清單挑選：封鎖:@ada。`,
  },

  attachments: {
    one: (what) => `其中一個檔案${what}`,
    elsewhere: '不在 Slack 上，所以沒有下載。',
    late: (seconds) => `在 ${seconds} 秒內沒有傳完，請再傳一次。`,
    cut: '沒有傳完整，請再傳一次。',
    gone: '已經不在 Slack 上了，請再傳一次。',
    page: '不給我看：Slack 回的是登入頁面。我缺少 files:read 權限，或不在那個檔案的頻道裡。',
    failed: (status) => `無法下載（${status}），請再傳一次。`,
    longer: '比 Slack 說的還大，請縮小後再傳。',
    tooLarge: (megabytes) => `超過 ${megabytes} MB，請縮小後再傳。`,
  },

  forms: {
    send: '送出',
    close: '關閉',
    firstPictures: (most, count) => `那則訊息有 ${count} 張圖片，我會用最前面的 ${most} 張學習。`,
    consent: '請用自己的或可自由使用的圖片。這個工作空間的每個人都能用我學到的東西畫圖，直到你用 /忘記。',
    taught: (words, more) =>
      `這裡教過的，最新的在前：${words.join('、')}${more === 0 ? '' : `，還有 ${more} 個：/concepts`}`,
    noMenu: '這個項目已經不在我的選單裡了。用 /說明 看看有哪些。',
    someoneElses: '那是別人發的訊息，只有他或管理員可以讓我從中學習。',
    noPictures: '那則訊息沒有附上圖片。',
    foreign: '這個表單已經不是我的了，請重新送出指令。',
    notAPicture: (file) => `${file} 不是圖片。請選 JPEG、PNG、WebP 或 GIF 檔。`,
  },

  home: {
    title: '我在這個工作空間學到的東西',
    how: '在任何有我的頻道裡用這些字畫圖：/畫圖 a <new1> dog in the park',
    earlier: '較早的',
    later: '較晚的',
    sure: (token) => `要忘記 ${token} 嗎？`,
    sureText: '之後這裡的人都不能再用它畫圖，而且無法復原。',
  },
};
