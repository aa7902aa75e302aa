// Text that wraps and never runs out of what holds it.
import QtQuick

Text {
    property bool muted: false
    color: muted ? theme.muted : theme.text
    font.family: theme.family
    font.pixelSize: theme.body
    lineHeight: 1.25
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    renderType: Text.NativeRendering
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
