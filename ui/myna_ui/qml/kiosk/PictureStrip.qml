// The picture that goes along with the next question.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: strip
    required property var conversation
    readonly property var tray: conversation.tray
    readonly property string problem: tray.problem.message || (tray.problem.problem ? qsTr("This picture cannot be used.") : "")
    visible: tray.count > 0 || problem !== ""
    spacing: theme.space

    Repeater {
        model: strip.tray
        RowLayout {
            id: piece
            required property int key
            required property string sha256
            required property bool ready
            spacing: theme.space * 2
            Layout.fillWidth: true
            Rectangle {
                radius: theme.radius
                color: theme.sunken
                border.width: 1
                border.color: theme.border
                Layout.preferredWidth: theme.control * 2.6
                Layout.preferredHeight: theme.control * 2
                Icon {
                    visible: image.status !== Image.Ready
                    anchors.centerIn: parent
                    name: "picture"
                    color: theme.muted
                }
                Image {
                    id: image
                    objectName: "taken"
                    anchors.fill: parent
                    anchors.margins: 2
                    fillMode: Image.PreserveAspectFit
                    cache: false
                    source: {
                        strip.conversation.pictures.revision
                        return piece.sha256 ? strip.conversation.pictures.source(piece.sha256) : ""
                    }
                    Accessible.role: Accessible.Graphic
                    Accessible.name: qsTr("Your picture")
                }
            }
            Words {
                text: piece.ready ? qsTr("This goes along with your question.") : qsTr("One moment …")
                Layout.fillWidth: true
            }
            AppButton {
                objectName: "picture-away"
                symbol: "close"
                text: qsTr("Remove")
                onClicked: strip.tray.remove(piece.key)
            }
        }
    }
    Words {
        objectName: "picture-problem"
        visible: strip.problem !== ""
        text: strip.problem
        color: theme.danger
        Layout.fillWidth: true
        Accessible.role: Accessible.AlertMessage
    }
}
