import type { SentenceTable } from '../translator.ts';

/** What stands in sentences of the core with a star, in Traditional Chinese. */
export const parts: SentenceTable = {
  count: '數量',
  seed: '種子',
  'number of steps': '步數',
  'guidance scale': '引導',
  'whole number': '整數',
  number: '數字',
  'The picture': '這張圖片',
  'the picture': '這張圖片',
  'Picture {number}': '第 {number} 張圖片',
  '1 caption is': '1 句描述',
  '{count} captions are': '{count} 句描述',
  '{missing} of {count} pictures': '{count} 張圖片中的 {missing} 張',
  'did not answer in the form asked for': '沒有照要求的格式回答',
  'gave no caption that could be used': '沒有給出可用的描述',
  'did not answer within {seconds} s': '在 {seconds} 秒內沒有回答',
  'could not be reached': '連不上',
  'answered with more than captions': '回答的不只是描述',
  'points to another address, which is not followed': '指向另一個位址，而我不會跟過去',
  'refused the key in CAPTION_KEY ({status})': '不接受 CAPTION_KEY 的金鑰（{status}）',
  'is not at the address in CAPTION_URL (404)': '不在 CAPTION_URL 的位址（404）',
  'answered with an error ({status})': '回答了錯誤（{status}）',
  missing: '遺失了',
  damaged: '已損壞',
  '1 concept': '1 個概念',
  '{count} concepts': '{count} 個概念',
  roles: '身分組',
  channels: '頻道',
  words: '字詞',
  You: '你',
  'This server': '這個伺服器',
  lessons: '次學習',
  pictures: '張圖片',
  '24 hours': ' 24 小時',
  hour: '一小時',
  '{hours} h {minutes} min': '{hours} 小時 {minutes} 分',
  '{hours} h': '{hours} 小時',
  '{minutes} min': '{minutes} 分',
  '{seconds} s': '{seconds} 秒',

  'it is larger than {most} MB': '它超過 {most} MB',
  'it is no export of a server, or one of another version': '它不是伺服器的匯出檔，或是另一個版本的',
  'it has something else than files in it': '裡面有不是檔案的東西',
  'it has files that no export has': '裡面有匯出檔不會有的檔案',
  'it has a token over {token}': '它有超過 {token} 的代號',
  'it has more than {most} concepts': '它有超過 {most} 個概念',
  'it has records that no export has': '裡面有匯出檔不會有的紀錄',
  'it has more than {most} records': '它有超過 {most} 筆紀錄',
  'the record of {token} is not sound': '{token} 的紀錄不完整',
  'the record of {token} says something else than its weights': '{token} 的紀錄和權重不符',
  'the record of {token} has words that nobody could have typed': '{token} 的紀錄有沒有人能輸入的文字',
  '{token} was taught on another model than the rest': '{token} 和其他的不是在同一個模型上教的',
  'the weights of {token} are damaged': '{token} 的權重已損壞',
  'the sample of {token} is damaged': '{token} 的範例圖已損壞',
  'the sample of {token} is no sound picture': '{token} 的範例圖不是完好的圖片',
  'a record is nested too deeply': '有一筆紀錄層數太多',
  'a record is missing or too long': '有一筆紀錄遺失或太長',
  'a record is no JSON': '有一筆紀錄不是 JSON',

  "it is no file of /export, no concept's, no textual-inversion embedding and no Custom Diffusion weights of diffusers":
    '它不是 /匯出 的檔案、單一概念的檔案、嵌入向量，也不是自訂擴散的權重',
  "it is a LoRA or LyCORIS file, which brings no word and mostly changes more than keys and values; bring in Keepsake's own file or an embedding":
    '它是 LoRA 或 LyCORIS 檔案，沒有帶來代號，而且多半不只改變鍵和值；請匯入單一概念的檔案或嵌入向量',
  "its {what} has the size {given}, and this model's has {own}: it is for another model":
    '裡面的大小是 {given}，而這個模型是 {own}：它是給另一個模型的',
  'its {what} is of the type {type}, and not of floats': '裡面的數值類型是 {type}，不是浮點數',
  'its {what} has something else than numbers in it': '裡面有不是數字的東西',
  'its {what} has numbers over {most}, which no model can be drawn with':
    '裡面有超過 {most} 的數，沒有模型能用它畫圖',
  'it is an embedding for SDXL, which has two text encoders': '它是給 SDXL 的嵌入向量，SDXL 有兩個文字編碼器',
  'it is an embedding of {vectors} vectors, and a token here has one':
    '它的嵌入向量有 {vectors} 個，而這裡的代號只有一個',
  'it changes queries and outputs too; only what was trained with --freeze_model crossattn_kv fits here':
    '它也改變了查詢和輸出；這裡只能用只訓練鍵和值的檔案',
  'it has matrices that this model has not: it is for another model':
    '它有這個模型沒有的矩陣：它是給另一個模型的',
  'a concept is one file, or its weights and its embedding':
    '一個概念是一個檔案，或它的權重和嵌入向量兩個檔案',
  'of two files, one has the weights and the other the embedding of its word':
    '兩個檔案要一個是權重，另一個是嵌入向量',
  'it has weights but no embedding of its word; send that file too, which diffusers writes as <new1>.safetensors':
    '它有權重但沒有嵌入向量；請把嵌入向量的檔案一起傳',
  'its matrices have next to nothing in common with this model, so it is for another one':
    '它的矩陣和這個模型幾乎沒有共同點，所以是給另一個模型的',
};
