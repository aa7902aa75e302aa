// Text that can be selected. What it shows was made by `markdown/inline.py` and `code.py` alone: no pictures, no HTML
// of somebody else.
import QtQuick
import Myna.Ui

TextEdit {
    id: edit
    property string html
    property real leading: 125
    signal linked(string link)
    // Of all the text that this is a part of.
    signal copying
    signal selecting
    signal deserted

    function place(x, y) { return positionAt(x, y) }
    function choose(from, to) { select(from, to < 0 ? length : to) }
    function chosen() { return selectedText.replace(/[\u2028\u2029]/g, "\n").replace(/\u00a0/g, " ") }
    function drop() { deselect() }
    function whole() { return selectedText.length === length }
    Keys.onPressed: event => {
        if (event.matches(StandardKey.Copy))
            edit.copying()
        else if (event.matches(StandardKey.SelectAll))
            edit.selecting()
        else
            return
        event.accepted = true
    }
    onActiveFocusChanged: if (!activeFocus) edit.deserted()
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
