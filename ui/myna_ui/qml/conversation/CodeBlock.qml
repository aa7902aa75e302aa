// Code with its colours, the name of its language, and a button that copies all of it.
import QtQuick
import QtQuick.Controls.Basic
import Myna.Ui

Rectangle {
    id: block
    property string html
    property string text
    property string language
    property bool continued: false
    signal copied(string text)
    signal copying
    signal selecting
    signal deserted
    function place(x, y) { const at = mapToItem(lines, x, y); return lines.positionAt(at.x, at.y) }
    function choose(from, to) { lines.choose(from, to) }
    function chosen() { return lines.chosen() }
    function drop() { lines.drop() }
    function whole() { return lines.whole() }
    implicitHeight: (continued ? 0 : head.height) + code.height + theme.space * (continued ? 1 : 1.5)
    color: theme.sunken
    radius: continued ? 0 : theme.radius
    border.width: theme.highContrast ? 1 : 0
    border.color: theme.outline
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Item {
        id: head
        visible: !block.continued
        width: parent.width
        height: theme.control * 0.95
        Text {
            anchors.left: parent.left
            anchors.leftMargin: theme.space * 1.75
            anchors.right: copy.left
            anchors.verticalCenter: parent.verticalCenter
            text: block.language || qsTr("Code")
            color: theme.muted
            font.family: theme.family
            font.pixelSize: theme.small
            elide: Text.ElideRight
        }
        IconButton {
            id: copy
            objectName: "copy-code"
            property bool done: false
            symbol: done ? "check" : "copy"
            text: done ? qsTr("Copied") : qsTr("Copy code")
            side: theme.control * 0.8
            anchors.right: parent.right
            anchors.rightMargin: theme.space * 0.5
            anchors.verticalCenter: parent.verticalCenter
            onClicked: {
                block.copied(block.text)
                done = true
                again.restart()
            }
            Timer { id: again; interval: 1600; onTriggered: copy.done = false }
        }
    }
    Flickable {
        id: code
        y: block.continued ? 0 : head.height
        x: theme.space * 1.75
        width: parent.width - x * 2
        height: lines.implicitHeight + (bar.visible ? theme.space : 0)
        contentWidth: Math.max(width, lines.width)
        contentHeight: height
        clip: true
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.horizontal: AppScrollBar { id: bar }
        RichText {
            id: lines
            // Lines longer than anybody scrolls are wrapped.
            readonly property real longest: 6000
            html: block.html
            leading: 130
            wrapMode: implicitWidth > longest ? TextEdit.WrapAnywhere : TextEdit.NoWrap
            width: implicitWidth > longest ? code.width : Math.max(code.width, implicitWidth)
            font.family: theme.mono
            font.pixelSize: theme.body * 0.92
            Accessible.ignored: true
            onCopying: block.copying()
            onSelecting: block.selecting()
            onDeserted: block.deserted()
        }
    }
}
