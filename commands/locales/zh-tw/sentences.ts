import type { SentenceTable } from '../translator.ts';

/** What the core says to people, in Traditional Chinese. */
export const sentences: SentenceTable = {
  'Stopped; nothing was changed.': '已停止，一切照舊。',
  'Stopped; nothing was exported.': '已停止，什麼都沒有匯出。',
  'Stopped; nothing was imported.': '已停止，什麼都沒有匯入。',
  'Stopped before it began; nothing was changed.': '還沒開始就停止了，一切照舊。',
  'The teach was cancelled.': '學習已取消。',
  'An administrator of this server has decided that you may not use me here. Ask one of them.':
    '這個伺服器的管理員決定你不能在這裡使用我，請詢問管理員。',
  'It was stopped after {time}, the longest that one of its kind may take here. Nothing taught was lost; whoever runs the bot can allow more and have it go on.':
    '過了 {time*}還沒完成，這是這裡允許的最長時間，所以停止了。教過的都還在；架設機器人的人可以放寬並讓它繼續。',
  'What this server was taught takes {kept}; with {more} more it would take more than the {most} that it may. /forget something first, or ask whoever runs the bot to allow more.':
    '這個伺服器教過的內容佔 {kept}，再加 {more} 就會超過允許的 {most}。請先 /忘記 一些，或請架設機器人的人放寬。',
  'What this server was taught is more than the {most} MB that can be imported from one file, so none was made. Take concepts along one by one with /concepts export, or ask whoever runs the bot for a backup.':
    '這個伺服器教過的內容超過一個檔案能匯入的 {most} MB，所以沒有製作檔案。請用 /概念 匯出 一個一個帶走，或請架設機器人的人備份。',
  'It was stopped after {time}, the longest that an import or an export may take; nothing was changed.':
    '過了 {time*}還沒完成，這是匯入或匯出允許的最長時間，所以停止了，一切照舊。',

  'There is no {token} here. {rest}': '這裡沒有 {token}。{rest*}',
  'There is no {token} on this server.': '這個伺服器沒有 {token}。',
  'Nothing has been taught here yet: /teach comes first.': '這裡還沒有教過我任何東西：請先用 /學習。',
  'Taught here: {names}.': '這裡教過的有 {names}。',
  'The newest are {names}; /concepts lists all.': '最新的有 {names}；/概念 會列出全部。',
  'There is no sample of {concept}.': '沒有 {concept} 的範例圖。',

  'The prompt is empty: say what to draw, such as a dog in the park.':
    '提示詞是空的：請說要畫什麼，例如 a dog in the park。',
  'A prompt has at most {most} characters: say it in fewer words.':
    '提示詞最多 {most} 個字元，請說得短一點。',
  'The {name} is a {number} from {least} to {most}: give one of those.':
    '「{name*}」是 {least} 到 {most} 的{number*}，請給其中一個。',
  'The prompt is longer than the model reads, so this was not drawn: “{rest}”.':
    '提示詞超過模型能讀的長度，這一段沒有畫：「{rest}」。',
  'The negative prompt is longer than the model reads, so this was not kept out: “{rest}”.':
    '排除的內容超過模型能讀的長度，這一段沒有排除：「{rest}」。',
  'Of these pictures the safety checker had {flagged} of {count} {done}, as this server is set.':
    '這些圖片中，安全檢查標記了 {count} 張裡的 {flagged} 張，已照這個伺服器的設定處理。',
  'This model draws {width} × {height} pixels and no other size.':
    '這個模型只畫 {width} × {height} 像素，不能畫其他大小。',
  'Width and height are multiples of {step} from {least} to {most} pixels here, not {side}.':
    '這裡的寬度和高度是 {least} 到 {most} 像素之間 {step} 的倍數，不能是 {side}。',
  'With guidance {guidance} a negative prompt does nothing: give more than 1 to use it.':
    '引導為 {guidance} 時，排除的內容不會有作用：請給大於 1 的值。',

  'The class word is what the thing is, such as dog; its <newN> is given once it is taught.':
    '類別是指它是什麼，例如 dog；學會之後才會有 <newN>。',
  'The class word is missing. Say in a word what the pictures show, such as dog.':
    '沒有類別。請用一個字說圖片裡是什麼，例如 dog。',
  'The class word is longer than {most} characters. One word is best, such as dog.':
    '類別超過 {most} 個字元，最好只用一個字，例如 dog。',
  'The class word may have letters, digits, spaces, hyphens and apostrophes only, such as dog.':
    '類別只能有文字、數字、空格、連字號和撇號，例如 dog。',
  'The label is empty. Type a name of 1 to 60 characters.': '名稱是空的，請輸入 1 到 60 個字元。',
  'The label is longer than {most} characters. Type a shorter one.': '名稱超過 {most} 個字元，請取短一點的。',
  'The description is longer than {most} characters. Say it in fewer words.':
    '描述超過 {most} 個字元，請說得短一點。',

  'No picture came with this. Attach 1 to {most} pictures.': '沒有附上圖片，請附上 1 到 {most} 張。',
  '{count} pictures are too many. Choose the {most} that show it best.':
    '{count} 張圖片太多了，請挑最能看清楚它的 {most} 張。',
  '{picture} is an empty file. Send it again or choose another.':
    '{picture*}是空的檔案，請重新傳送或換一張。',
  '{picture} has {size} MB, more than the {most} MB allowed. Send a smaller copy.':
    '{picture*}有 {size} MB，超過上限 {most} MB，請縮小後再傳。',
  '{picture} has {width} × {height} pixels, more than the {most} million allowed. Send a smaller copy.':
    '{picture*}有 {width} × {height} 像素，超過上限 {most} 百萬像素，請縮小後再傳。',
  '{picture} has only {width} × {height} pixels. Send one with at least {least} on each side.':
    '{picture*}只有 {width} × {height} 像素，每邊至少要 {least} 像素。',
  '{picture} is an animation; only its first frame was used.': '{picture*}是動畫，只用了第一格。',
  '{picture} is not what its first bytes say. Save it again as JPEG or PNG.':
    '{picture*}的內容和格式不符，請另存成 JPEG 或 PNG 再傳。',
  '{picture} takes too long to open. Save it again as JPEG or PNG and send that.':
    '{picture*}開啟太久，請另存成 JPEG 或 PNG 再傳。',
  '{picture} is damaged or cut off. Save it again as JPEG or PNG and send that.':
    '{picture*}已損壞或不完整，請另存成 JPEG 或 PNG 再傳。',
  '{picture} is an SVG drawing, which is a program as much as a picture. Export it as PNG and send that.':
    '{picture*}是 SVG 繪圖，算是程式也算是圖片，請匯出成 PNG 再傳。',
  '{picture} is a HEIC photo, which cannot be opened here. Save or share it as JPEG and send that.':
    '{picture*}是 HEIC 照片，這裡無法開啟，請另存或分享成 JPEG 再傳。',
  '{picture} is a PDF document, not a picture. Save the page as PNG and send that.':
    '{picture*}是 PDF 文件，不是圖片，請把頁面存成 PNG 再傳。',
  '{picture} is a TIFF file, which is not opened here. Save it as PNG and send that.':
    '{picture*}是 TIFF 檔，這裡無法開啟，請存成 PNG 再傳。',
  '{picture} is a BMP file, which is not opened here. Save it as PNG and send that.':
    '{picture*}是 BMP 檔，這裡無法開啟，請存成 PNG 再傳。',
  '{picture} is a video. Send a single frame of it as JPEG or PNG.':
    '{picture*}是影片，請傳其中一格的 JPEG 或 PNG。',
  '{picture} is an archive. Unpack it and send the pictures one by one.':
    '{picture*}是壓縮檔，請解開後把圖片一張一張傳。',
  '{picture} is a text file, whatever its name says. Send a JPEG, PNG or WebP picture.':
    '{picture*}其實是文字檔，請傳 JPEG、PNG 或 WebP 圖片。',
  '{picture} is no picture. Send a JPEG, PNG or WebP file.':
    '{picture*}不是圖片，請傳 JPEG、PNG 或 WebP 檔。',

  'In {which} the {classWord} is small: there only the part around it was used. Pictures that it fills teach more.':
    '{which*}裡的{classWord}很小，所以只用了它周圍的部分；它佔滿畫面的圖片能教得更好。',
  'The pictures were described as {captions}.': '我把圖片描述成 {captions}。',
  '{captions} longer than the model reads, with {token} in the part that it does not read, and not used.':
    '{captions*}超過模型能讀的長度，{token} 在讀不到的那一段，所以沒有用上。',
  'The caption service had nothing usable for {which}, so the model described those itself.':
    '描述圖片的服務對 {which*}沒有可用的描述，所以由模型自己描述。',
  'The caption service {why}, so the model described the pictures itself.':
    '描述圖片的服務{why*}，所以由模型自己描述圖片。',

  '{count} of these are under way or waiting here: wait until one ends.':
    '這裡已經有 {count} 件這樣的工作在進行或排隊，請等其中一件結束。',
  'The drawing engine stopped {attempts} times in the middle of this job, and was not asked again. Nothing taught was lost; the reason is in the log of whoever runs the bot.':
    '繪圖引擎在這件工作途中停止了 {attempts} 次，不再嘗試；教過的東西都還在。原因在架設者的紀錄裡。',
  'The model cannot draw in half precision: its numbers are too large for it. Set PRECISION=float32.':
    '這個模型不能用半精度畫圖：它的數值太大，半精度放不下。請設定 PRECISION=float32。',
  'Nothing was drawn: a concept in the prompt changes the model by more than its numbers can hold. Leave one <newN> after another out to find which, and /forget it. Where none is in it, the model is broken: tell whoever runs the bot.':
    '沒有畫出圖片：提示詞裡有一個概念讓模型算出放不下的數。請一次拿掉一個 <newN>，找出是哪一個，再用 /忘記 刪掉它。如果提示詞裡沒有概念，就是模型壞了，請告訴架設機器人的人。',
  'The drawing engine does not start, so nothing can be taught or drawn now. Nothing taught was lost; the reason is in the log of whoever runs the bot.':
    '繪圖引擎無法啟動，現在不能學習也不能畫圖；教過的東西都還在。原因在架設者的紀錄裡。',
  'The bot is stopping, and this job with it. Nothing taught was lost: repeat the command when it is back.':
    '我正要停機，這件工作也跟著停止；教過的東西都還在。等我回來後請再送一次。',
  'What was sent along with this did not reach the machine that was to read it; nothing was changed. Send it again in a few minutes.':
    '附上的檔案沒有送到要讀取它的機器，一切照舊。請幾分鐘後再傳一次。',
  'The drawing engine made a mistake in this job: try it again, or differently.':
    '繪圖引擎在這件工作上出了錯：請再試一次，或換個方式。',
  'No machine that draws and learns answers at the moment. Nothing taught was lost: try it again in a few minutes.':
    '目前沒有能畫圖和學習的機器回應；教過的東西都還在。請過幾分鐘再試一次。',
  'What was asked for is not kept any more; nothing was changed.': '要做的內容已經不在了；沒有任何改變。',
  'Another worker goes on with this job; nothing was changed here.':
    '這件工作已由另一台機器接手；這裡沒有任何改變。',
  'The method to teach with is not known. See METHOD in the settings.':
    '不認識要用的學習方法，請架設者看看設定裡的 METHOD。',
  'This server has taught so much that hardly a weight is free. Forget a concept first.':
    '這個伺服器教了太多東西，幾乎沒有可用的權重了，請先忘記一個概念。',

  'The disk is full, so nothing was stored: free some space, then try again.':
    '磁碟滿了，所以什麼都沒有存。請架設者清出空間後再試。',
  'The disk is full: free some space, then try again.': '磁碟滿了，請架設者清出空間後再試。',
  'Another process is using {path}: stop it, or give this one a data folder of its own.':
    '另一個程序正在使用 {path}：請停止它，或換一個資料夾。',
  '{path} is damaged: stop the bot and put the data folder back from a backup.':
    '{path} 已損壞：請停止機器人，並從備份還原資料夾。',
  'The stored file {hash}… is {state}: put it back from a backup of the data folder.':
    '存放的檔案 {hash}… {state*}：請從備份還原。',
  "The record of this server's tokens is damaged: put the data folder back from a backup.":
    '這個伺服器的代號紀錄已損壞：請從備份還原資料夾。',
  'The record of {token} is damaged: put the data folder back from a backup, or have an administrator /forget {token}.':
    '{token} 的紀錄已損壞：請從備份還原資料夾，或請管理員用 /忘記 {token}。',
  'What was stored of {concept} is damaged or missing. Put the data folder back from a backup, or /forget {token} and teach it again; every other concept is as it was.':
    '{concept} 的檔案已損壞或遺失。請從備份還原資料夾，或用 /忘記 {token} 忘記它再重新教；其他概念都照舊。',
  'What was stored of {names} is damaged or missing, so nothing can be taught beside it: the new concept might take its weights. Put the data folder back from a backup, or /forget {first} first.':
    '{names} 的檔案已損壞或遺失，所以現在不能教別的：新的概念可能會佔用它的權重。請從備份還原資料夾，或先用 /忘記 {first}。',
  'The stored weights of {token} are damaged. Forget it and teach it again, or restore the file from a backup.':
    '{token} 的權重已損壞。請忘記它再重新教，或從備份還原檔案。',
  '{token} was taught by a method that this version has not, or has in another form. Forget it and teach it again.':
    '{token} 是用這個版本沒有或不同的方法教的，請忘記它再重新教。',
  '{token} was taught on another base model than the one in use. Teach it again on this one.':
    '{token} 是在另一個基礎模型上教的，請用現在的模型重新教。',
  '{concept} was taught on another base model: start the bot with that model, or teach it again.':
    '{concept} 是在另一個基礎模型上教的：請用那個模型啟動，或重新教一次。',
  '{concept} was left out, because its stored weights are damaged or missing.':
    '{concept} 的權重檔已損壞或遺失，所以沒有用上。',
  '{token} was left out, because its record is damaged.': '{token} 的紀錄已損壞，所以沒有用上。',

  'The settings of this server are damaged, so nothing is taught or drawn here. An administrator can put them right with /settings.':
    '這個伺服器的設定已損壞，所以現在不能學習也不能畫圖。管理員可以用 /設定 修復。',
  'The roles and channels that the settings named are those of another server, and were left out: name those of this one with /settings.':
    '設定裡指定的身分組和頻道是另一個伺服器的，所以沒有匯入：請用 /設定 指定這個伺服器的。',
  'On this server I may be used in {channels} only: go there, or ask an administrator.':
    '在這個伺服器只能在 {channels} 使用我：請到那裡，或請管理員開放。',
  'On this server only administrators may teach. Ask one of them.':
    '在這個伺服器只有管理員可以教我，請找他們幫忙。',
  'On this server only members with a role of these may teach: {roles}. Ask an administrator for one.':
    '在這個伺服器只有這些身分組的成員可以教我：{roles}。請向管理員要求。',
  'This server does not allow the word “{word}”. Say it without.':
    '這個伺服器不允許「{word}」這個詞，請不要用它。',
  'This server is set to be taught by {method}, which this version has not. An administrator can choose another method with /settings.':
    '這個伺服器設定的方法 {method} 在這個版本裡沒有。管理員可以用 /設定 選另一個。',
  'This server has {concepts}, those being learnt included, and may have {most}. /forget one first, or have an administrator allow more with /settings.':
    '這個伺服器連同正在學習的已有 {concepts*}，最多 {most} 個。請先用 /忘記 忘記一個，或請管理員用 /設定 放寬。',
  'The file has {concepts}, and this server may have {most}. Allow more with /settings first.':
    '檔案裡有 {concepts*}，但這個伺服器最多 {most} 個。請先用 /設定 放寬。',
  'A refused word has at most {most} characters: put commas between words.':
    '一個禁用字詞最多 {most} 個字元，請用逗號隔開。',
  'A server may name at most {most} {what} here: take one out first.':
    '這裡最多可以指定 {most} 個{what*}，請先移除一個。',
  '{who} had {used} of {limit} {what} in the last {span}. {ways}':
    '{who*}在過去{span*}內已有 {used} {what*}，上限是 {limit}。{ways*}',
  'Ask for at most {left}, wait {time}, or have an administrator allow more with /settings.':
    '請最多要 {left} 張，或等 {time*}，或請管理員用 /設定 放寬。',
  'Wait {time}, or have an administrator allow more with /settings.':
    '請等 {time*}，或請管理員用 /設定 放寬。',
  'Ask for at most {left}, or have an administrator allow more with /settings.':
    '請最多要 {left} 張，或請管理員用 /設定 放寬。',
  'Wait {time} and ask for at most {limit}, or have an administrator allow more with /settings.':
    '請等 {time*}，並且最多要 {limit} 張，或請管理員用 /設定 放寬。',

  '{concept} was left out: it was taught on another base model. Start the bot with that model to export it.':
    '沒有匯出 {concept}：它是在另一個基礎模型上教的，請用那個模型啟動再匯出。',
  '{concept} was left out: an import takes {most} concepts at most, and none over <new{number}>.':
    '沒有匯出 {concept}：一次最多匯入 {most} 個概念，代號不能超過 <new{number}>。',
  '{concept} was left out: its stored weights are damaged or missing.':
    '沒有匯出 {concept}：它的權重檔已損壞或遺失。',
  '{token} was left out: its record is damaged.': '沒有匯出 {token}：它的紀錄已損壞。',
  'The sample of {concept} was left out: it is damaged or missing.':
    '沒有匯出 {concept} 的範例圖：它已損壞或遺失。',
  'This was taught on another base model than the one in use here: its weights mean nothing to this one. Start the bot with that model, or teach the concepts again.':
    '這是在另一個基礎模型上教的，權重在這裡沒有意義。請用那個模型啟動，或重新教一次。',
  '{token} is known here already. A server is imported only where nothing has been taught, since what comes keeps its tokens: import it on another server, or /forget what is here first.':
    '這裡已經有 {token}。只能匯入到還沒教過任何東西的伺服器，因為匯入的概念會保留自己的代號：請換一個伺服器，或先用 /忘記 忘記這裡的概念。',
  'The bucket at BLOBS_URL cannot be used: {reason}. Make it, or change the settings.':
    'BLOBS_URL 的儲存桶不能用：{reason}。請建立它或更改設定。',
  'No Redis answers at STORE_URL: start it, or change the address. {reason}':
    'STORE_URL 的 Redis 沒有回應，請啟動它或更改網址。{reason}',
  'Redis has no room for more: give it some, then try again.': 'Redis 沒有空間了，請先騰出空間再試一次。',
  'Postgres at STORE_URL cannot be used: {reason}. Start it, or change the address.':
    'STORE_URL 的 Postgres 不能用：{reason}。請啟動它或更改網址。',
  'Postgres has no room for more: give it some, then try again.':
    'Postgres 沒有空間了，請先騰出空間再試一次。',
  'The bucket has no room for more: give it some, then try again.':
    '儲存空間（bucket）已經滿了，請先騰出空間再試一次。',
  'Something else was learned here meanwhile, and might have taken the same weights: try again.':
    '這裡同時學了別的東西，可能用了相同的權重，請再試一次。',
  'Concepts are known here already, and these can only be put where there are none.':
    '這裡已經有概念了，只能匯入到還沒有任何概念的地方。',
  'Something is being taught here. Wait until it has ended, or /cancel it.':
    '這裡正在學習，請等它結束，或用 /取消 停止。',
  '{token} is kept for a lesson that was given up and may be done yet. Ask whoever runs the bot to have it done, or to drop it.':
    '{token} 保留給一次中途放棄、但還可能完成的學習。請架設機器人的人完成或捨棄它。',
  'What is known here is being replaced at the moment. Try again in a minute.':
    '這裡的概念正在匯入，請一分鐘後再試。',
  'This file cannot be imported: {reason}. Export the server again.':
    '這個檔案無法匯入：{reason*}。請重新匯出。',

  'There is no such file format here.': '這裡沒有這種檔案格式。',
  'Bring it in elsewhere with /import, where I run with the same base model.':
    '在使用相同基礎模型的地方用 /匯入 匯入。',
  'A1111 and ComfyUI: put it into the folder embeddings, and name it in prompts by its file name. diffusers: load_textual_inversion.':
    'A1111 和 ComfyUI：放進 embeddings 資料夾，在提示詞裡寫它的檔名。diffusers：用 load_textual_inversion。',
  'The weights of {token} are not in it; lycoris and lora have both.':
    '裡面沒有 {token} 的權重；lycoris 和 lora 兩者都有。',
  'A1111: the weights into models/Lora and the embedding into embeddings. ComfyUI: into models/loras and models/embeddings.':
    'A1111：權重放進 models/Lora，嵌入向量放進 embeddings。ComfyUI：放進 models/loras 和 models/embeddings。',
  'docs/formats.md has the few lines that load both files in diffusers.':
    'docs/formats.md 有在 diffusers 載入這兩個檔案的幾行程式。',
  'It keeps {percent} % of the change, measured by its energy, at rank {rank}.':
    '以能量計，它在秩 {rank} 保留了變化的 {percent} %。',
  'A1111 and ComfyUI take it as any LoRA, the embedding beside it. diffusers: load_lora_weights and load_textual_inversion.':
    'A1111 和 ComfyUI 把它當一般的 LoRA 用，嵌入向量另外放。diffusers：用 load_lora_weights 和 load_textual_inversion。',
  '{token} was taught by {method}: it is an embedding and has no weights. Export it in the format embedding.':
    '{token} 是用 {method} 教的：它只是嵌入向量，沒有權重。請用 embedding 格式匯出。',
  '{token} was taught by {method}, which gives each attention layer an embedding of its own; files of other programs hold one for all. Export it in the format keepsake.':
    '{token} 是用 {method} 教的，每一層各有自己的嵌入向量，其他程式的檔案只放得下一個。請用 keepsake 格式匯出。',
  'This concept has weights that half floats cannot hold. Export it in the format keepsake or custom-diffusion.':
    '這個概念有半精度浮點數放不下的權重。請用 keepsake 或 custom-diffusion 格式匯出。',
  "This model's modules cannot be named: its U-Net has other cross-attentions than its unet/config.json says. Only the format keepsake needs no names.":
    '這個模型的模組無法命名：它的 U-Net 和 unet/config.json 說的交叉注意力不同。只有 keepsake 格式不需要名稱。',

  'This file cannot be brought in: {reason}.': '這個檔案無法匯入：{reason*}。',
  'This is a file of PyTorch itself (.pt, .bin, .ckpt), which can run programs when it is opened, so I do not open it. Save it as .safetensors where you trust it: docs/formats.md says how.':
    '這是 PyTorch 自己的檔案（.pt、.bin、.ckpt），打開時可能會執行程式，所以我不打開。請在你信任它的地方存成 .safetensors：docs/formats.md 有說明。',
  'The file does not say what it is of. Say it in a word: /import class:dog.':
    '檔案沒有說它是什麼。請用一個英文字說：/匯入 類別:dog。',
  'Nobody could have typed what this file says it is of. Say it yourself: /import class:dog.':
    '這個檔案說的類別沒有人能輸入。請自己說它是什麼：/匯入 類別:dog。',
  'The file of a concept has at most {most} MB.': '一個概念的檔案最多 {most} MB。',
  'There is no room here for this concept: the free weights that one may take hold {percent} % of what it changes. /forget a concept first, or import it on another server.':
    '這裡沒有空間給這個概念：一個概念可以使用的權重只放得下它的變化的 {percent} %。請先用 /忘記 忘記一個概念，或匯入到另一個伺服器。',
  'The free weights that one concept may take hold {percent} % of what it changes, measured by its energy; the rest was left out.':
    '以能量計，一個概念可以使用的權重放得下它的變化的 {percent} %，其餘的沒有匯入。',
};
