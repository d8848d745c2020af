import type { DiscordMessages } from './en.ts';

/** The same in Traditional Chinese; permissions are called as Discord's client calls them there. */
export const zhTW: DiscordMessages = {
  permissions: {
    'View Channel': '檢視頻道',
    'Send Messages': '傳送訊息',
    'Send Messages in Threads': '在討論串中傳送訊息',
    'Attach Files': '附加檔案',
  },
  roles: {
    teacher: '在這個頻道有「附加檔案」權限的成員',
    administrator: '有「管理伺服器」權限的成員',
  },
  cannotPost: (missing) =>
    `我不能在這個頻道回答：我缺少「${missing.join('」、「')}」權限。請找伺服器的管理員，或換一個頻道。`,
  noLongerAllowed: '我不能再在這個頻道發言了。',
  crowded: '現在有太多圖片正在傳送，請一分鐘後再傳。',
  restarting: '我正在重新啟動，請一分鐘後再送一次。',
  serversOnly: '我學到的東西屬於伺服器，所以我只在伺服器裡工作。',
  notAwaited: 'Discord 沒有等到我，請再送一次指令。',
  answeredBelow: '這花的時間超過 Discord 等待回答的上限，所以答案在另一則訊息裡。',
  lateForOneAlone: '這花的時間超過 15 分鐘，Discord 已經不讓我只給你一個人看答案了。請再送一次。',
  tooLarge: (file, size, most) => `${file} 有 ${size}，Discord 在這裡最多接受 ${most}。`,
  allTooLarge: 'Discord 認為圖片對這個伺服器來說太大了。',
  preview: '目前的樣子',

  completion: {
    more: (count, page, pages) => `還有 ${count} 個：第 ${page} 頁，共 ${pages} 頁`,
    forgotten: '我不記得 […] 代表的文字了，那是 Discord 放不下的部分。請重新輸入。',
  },

  attachments: {
    one: (what) => `其中一個檔案${what}`,
    elsewhere: '不在 Discord 上，所以沒有下載。',
    late: (seconds) => `在 ${seconds} 秒內沒有傳完，請再傳一次。`,
    cut: '沒有傳完整，請再傳一次。',
    gone: '已經不在 Discord 上了，請再傳一次。',
    page: '收到的是網頁，請再傳一次。',
    failed: (status) => `無法下載（${status}），請再傳一次。`,
    longer: '比 Discord 說的還大，請縮小後再傳。',
    tooLarge: (megabytes) => `超過 ${megabytes} MB，請縮小後再傳。`,
  },

  forms: {
    consent: '請用自己的或可自由使用的圖片。這個伺服器的每個人都能用我學到的東西畫圖，直到你用 /忘記。',
    noMenu: '這個項目已經不在我的選單裡了。用 /說明 看看有哪些。',
    someoneElses: '那是別人發的訊息，只有他或管理員可以讓我從中學習。',
    firstPictures: (most, count) => `那則訊息有 ${count} 張圖片，我會用最前面的 ${most} 張學習。`,
    noPictures: '那則訊息沒有附上圖片。',
    instead: (command) => `請改用 ${command}。`,
    foreign: '這個表單已經不是我的了，請重新送出指令。',
    forgotten: '我不記得是哪一則訊息了，請再從選單選一次。',
  },
};
