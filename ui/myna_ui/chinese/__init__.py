"""The Chinese of what the desktop's commands say; that of its pages is in `i18n`."""

from .kiosk import KIOSK

CHINESE: dict[str, str] = {
    **KIOSK,
    "the page {page} cannot be made: {error}": "无法生成页面 {page}：{error}",
}
