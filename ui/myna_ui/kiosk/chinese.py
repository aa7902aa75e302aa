"""The Chinese of the kiosk."""

KIOSK = {
    "Fill the screen, for a public place; see docs/kiosk.md.": "全屏显示，供公共场所使用；见 docs/kiosk.md。",
    "What the kiosk is like; without it, kiosk.toml in the configuration folder.": ""
    "自助机的配置；不给出时用配置文件夹中的 kiosk.toml。",
    "Ask for the PIN that lets an administrator out of the kiosk, and keep it.": ""
    "输入并保存管理员退出自助模式的 PIN 码。",
    "New PIN": "新 PIN 码",
    "Once more": "再输一次",
    "The PIN is kept in {file}.": "PIN 码保存在 {file}。",
    "this belongs to the kiosk": "这个选项只用于自助模式",
    "a PIN has {first} to {last} digits": "PIN 码为 {first} 到 {last} 位数字",
    "this PIN is too easy to guess": "这个 PIN 码太容易猜到",
    "choose another folder with --home": "请用 --home 另选一个文件夹",
    "choose another one": "请另选一个",
    "{file}: there is no such file": "{file}：没有这个文件",
    "{file}: it is not UTF-8 at byte {byte}": "{file}：第 {byte} 字节处不是 UTF-8",
    "{file}: it cannot be read: {reason}": "{file}：无法读取：{reason}",
    "{file}: it cannot be written: {reason}": "{file}：无法写入：{reason}",
    "{file}: a kiosk has no setting {key}": "{file}：自助机没有这个设置：{key}",
    "another kiosk is running here": "这里已有一个自助机在运行",
    "{file}: {key} is empty; name at least one": "{file}：{key} 为空；请至少写一项",
    "{file}: a suggestion has no text": "{file}：有一个建议问题没有文字",
    "{file}: a question about pictures has no text": "{file}：有一个关于图片的问题没有文字",
    "{file}: there is no folder {folder}": "{file}：没有文件夹 {folder}",
    "the camera gave no picture": "摄像头没有给出画面",
    "see docs/kiosk.md": "见 docs/kiosk.md",
    "correct {file}; see docs/kiosk.md": "请更正 {file}；见 docs/kiosk.md",
    "an answer of the last visit does not end": "上一次使用中的回答没有结束",
    "files of the last visit cannot be removed: {error}": "无法删除上一次使用留下的文件：{error}",
    "the folder of visits cannot be written: {reason}": "无法写入使用记录文件夹：{reason}",
    "wrong PINs cannot be counted: {reason}": "无法记录错误的 PIN 码次数：{reason}",
}
