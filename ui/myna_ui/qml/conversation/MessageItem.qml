// A question or an answer.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    id: item
    required property string key
    required property string role
    required property string text
    required property string state
    required property var error
    required property var stats
    property real widest: 820
    readonly property bool mine: role === "user"
    implicitHeight: bubble.height
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You") : "Myna") + ": " + text

    Rectangle {
        id: bubble
        readonly property real room: Math.min(item.widest, item.width - theme.space * 4)
        width: item.mine ? Math.min(words.implicitWidth + theme.space * 4, room * 0.85) : room
        height: column.height + (item.mine ? theme.space * 2.5 : theme.space)
        x: (item.width - room) / 2 + (item.mine ? room - width : 0)
        radius: theme.radius * 1.5
        color: item.mine ? theme.question : "transparent"
        border.width: item.mine && theme.highContrast ? 1 : 0
        border.color: theme.border

        Column {
            id: column
            anchors.verticalCenter: parent.verticalCenter
            x: item.mine ? theme.space * 2 : 0
            width: parent.width - x * 2
            spacing: theme.space

            Words {
                id: words
                width: parent.width
                visible: text !== ""
                text: item.text
                textFormat: item.mine ? Text.PlainText : Text.MarkdownText
            }
            Words {
                visible: item.state === "waiting"
                text: qsTr("Thinking …")
                muted: true
            }
            Chip {
                visible: item.state === "cancelled"
                symbol: "stop"
                text: qsTr("Stopped")
            }
            Banner {
                width: parent.width
                error: item.error
                kind: item.state === "blocked" ? "warning" : "bad"
            }
        }
    }
}
