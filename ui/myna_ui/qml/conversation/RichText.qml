// Text that can be selected. What it shows was made by `markdown/inline.py` and `code.py` alone: no pictures, no HTML
// of somebody else.
import QtQuick
import Myna.Ui

TextEdit {
    id: edit
    property string html
    property real leading: 125
    signal linked(string link)
    text: "<p style=\"margin:0;line-height:" + leading + "%\">" + html + "</p>"
    textFormat: TextEdit.RichText
    readOnly: true
    selectByMouse: !theme.touch
    persistentSelection: false
    activeFocusOnTab: false
    wrapMode: TextEdit.Wrap
    color: theme.text
    selectionColor: theme.accent
    selectedTextColor: theme.onAccent
    font.family: theme.family
    font.pixelSize: theme.body
    renderType: TextEdit.NativeRendering
    onLinkActivated: link => edit.linked(link)
    HoverHandler { cursorShape: edit.hoveredLink ? Qt.PointingHandCursor : Qt.IBeamCursor }
}
