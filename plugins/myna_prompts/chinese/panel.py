"""The page of templates."""

from __future__ import annotations

PANEL: dict[str, str] = {
    "Prompts": "提示词",
    "only templates of your own can be deleted": "只能删除自己的模板",
    "only templates of your own can be changed; duplicate this one": "只能修改自己的模板；请先复制这一个",
    "some fields are still missing or wrong": "有些栏目还没填或填错了",
    "the template {name} has no line with its version": "模板 {name} 没有写版本的那一行",
    "there is a template called {name} already": "已经有名为 {name} 的模板",
    "choose another name": "换一个名称",
    "{path} cannot be read: {reason}": "{path} 无法读取：{reason}",
    "{path} cannot be removed: {reason}": "无法删除 {path}：{reason}",
    "{path} is no longer there": "{path} 已经不在了",
    "the template {name} cannot be used": "模板 {name} 无法使用",
}
