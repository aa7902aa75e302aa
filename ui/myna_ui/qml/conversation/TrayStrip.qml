// What goes along with the next question, each with a button that takes it away.
import QtQuick
import Myna.Ui

Flow {
    id: strip
    required property var conversation
    visible: conversation.tray.count > 0
    spacing: theme.space

    Repeater {
        model: strip.conversation.tray
        Rectangle {
            id: piece
            required property int key
            required property string kind
            required property string name
            required property int size
            required property string sha256
            required property bool ready
            width: kind === "picture" ? 88 : words.implicitWidth + theme.space * 8
            height: 72
            radius: theme.radius
            color: theme.sunken
            border.width: 1
            border.color: theme.border
            Accessible.role: Accessible.ListItem
            Accessible.name: kind === "picture" ? name || qsTr("Picture") : words.text

            Icon {
                visible: piece.kind === "picture" && image.status !== Image.Ready
                anchors.centerIn: parent
                name: "picture"
                color: theme.muted
            }
            ProgressLine {
                visible: !piece.ready
                width: parent.width - theme.space * 2
                x: theme.space
                y: parent.height - theme.space * 1.5
                name: qsTr("Reading the picture")
            }
            Image {
                id: image
                anchors.fill: parent
                anchors.margins: 1
                visible: piece.kind === "picture"
                fillMode: Image.PreserveAspectFit
                source: {
                    strip.conversation.pictures.revision
                    return piece.sha256 ? strip.conversation.pictures.source(piece.sha256) : ""
                }
            }
            Row {
                visible: piece.kind === "text"
                anchors.verticalCenter: parent.verticalCenter
                x: theme.space * 1.5
                spacing: theme.space
                Icon { name: "file"; color: theme.muted; anchors.verticalCenter: parent.verticalCenter }
                Words {
                    id: words
                    text: piece.kind === "text" ? qsTr("Pasted text, %1 characters").arg(piece.size.toLocaleString(Qt.locale(), "f", 0)) : ""
                    font.pixelSize: theme.small
                    wrapMode: Text.NoWrap
                }
            }
            Rectangle {
                width: theme.control * 0.6
                height: width
                radius: width / 2
                anchors.right: parent.right
                anchors.top: parent.top
                anchors.margins: 3
                color: theme.surface
                border.width: 1
                border.color: theme.outline
                IconButton {
                    objectName: "remove"
                    anchors.centerIn: parent
                    side: theme.control * 0.6
                    symbol: "close"
                    text: qsTr("Remove")
                    onClicked: strip.conversation.tray.remove(piece.key)
                }
            }
        }
    }
}
