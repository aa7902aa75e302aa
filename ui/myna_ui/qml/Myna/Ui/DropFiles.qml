// Takes files that are dropped on it, and says so while they hover; lies over what it belongs to.
import QtQuick

DropArea {
    id: area
    property string invitation
    signal filesDropped(var files)
    keys: ["text/uri-list"]
    onDropped: drop => {
        if (!drop.hasUrls)
            return
        drop.accept(Qt.CopyAction)
        area.filesDropped(Array.from(drop.urls, file => String(file)))
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: theme.space * 2
        visible: area.containsDrag
        color: theme.accentSoft
        opacity: 0.96
        radius: theme.radius * 2
        border.width: 2
        border.color: theme.accent
        Column {
            anchors.centerIn: parent
            spacing: theme.space
            Icon {
                name: "download"
                size: theme.display
                color: theme.onAccentSoft
                anchors.horizontalCenter: parent.horizontalCenter
            }
            Words {
                text: area.invitation
                color: theme.onAccentSoft
                font.pixelSize: theme.large
            }
        }
    }
}
