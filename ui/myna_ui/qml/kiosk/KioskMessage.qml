// A question or an answer, large.
import QtQuick
import QtQuick.Layouts
import Myna.Ui
import "../conversation"

Item {
    id: item
    required property string role
    required property string summary
    required property var blocks
    required property var pictures
    required property string state
    required property var error
    property real widest: theme.body * 44
    readonly property bool mine: role === "user"
    implicitHeight: bubble.height
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You") : "Myna") + ": " + summary

    Rectangle {
        id: bubble
        readonly property real room: Math.min(item.widest, item.width - theme.space * 4)
        width: item.mine ? Math.min(Math.max(item.summary ? body.natural : 0, item.pictures.length > 0 ? theme.body * 14 : 0) + theme.space * 4 + 2, room * 0.85) : room
        height: column.height + theme.space * 2.5
        x: (item.width - room) / 2 + (item.mine ? room - width : 0)
        radius: theme.radius * 2
        color: item.mine ? theme.question : "transparent"
        border.width: item.mine && theme.highContrast ? 1 : 0
        border.color: theme.border
        Column {
            id: column
            anchors.verticalCenter: parent.verticalCenter
            x: item.mine ? theme.space * 2 : 0
            width: parent.width - x * 2
            spacing: theme.space
            Thumbnails {
                width: parent.width
                model: item.pictures
                pictures: desktop.conversation.pictures
            }
            // Links are not followed: nobody may leave this screen.
            Blocks {
                id: body
                width: parent.width
                visible: item.summary !== ""
                model: item.blocks
            }
            Words {
                visible: item.state === "waiting"
                text: qsTr("Thinking …")
                font.pixelSize: theme.large
                muted: true
            }
            Chip {
                visible: item.state === "cancelled"
                symbol: "stop"
                text: qsTr("Stopped")
            }
            Rectangle {
                visible: !!item.error.message
                width: parent.width
                height: told.height + theme.space * 3
                radius: theme.radius
                color: item.state === "blocked" ? theme.warningSoft : theme.dangerSoft
                Words {
                    id: told
                    x: theme.space * 2
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - theme.space * 4
                    color: item.state === "blocked" ? theme.onWarningSoft : theme.onDangerSoft
                    // Hints are for whoever has a terminal.
                    text: item.state === "blocked" ? item.error.message || "" : qsTr("That did not work. Please ask again.")
                }
            }
        }
    }
}
