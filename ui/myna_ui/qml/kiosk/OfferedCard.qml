// Pictures to choose from.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FrontCard {
    id: card
    signal done
    name: qsTr("Choose a picture")
    widest: theme.body * 44

    Heading {
        text: card.name
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    GridView {
        id: grid
        readonly property int columns: Math.max(2, Math.floor(width / (theme.body * 12)))
        focus: true
        clip: true
        model: kiosk.offered.pictures
        cellWidth: Math.floor(width / columns)
        cellHeight: cellWidth * 0.75 + theme.body * 2
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: AppScrollBar {}
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(contentHeight, card.height - card.tall - theme.title * 2 - theme.space * (card.low ? 9 : 24))
        Accessible.role: Accessible.List
        Accessible.name: card.name
        delegate: Item {
            id: cell
            required property var modelData
            required property int index
            objectName: "offered-" + index
            width: grid.cellWidth
            height: grid.cellHeight
            Accessible.role: Accessible.Button
            Accessible.name: modelData.name
            Accessible.onPressAction: cell.choose()
            function choose() {
                kiosk.offered.choose(index)
                card.done()
            }
            Keys.onReturnPressed: choose()
            Rectangle {
                anchors.fill: parent
                anchors.margins: theme.space
                radius: theme.radius
                color: theme.sunken
                border.width: cell.GridView.isCurrentItem && grid.activeFocus ? 3 : 1
                border.color: cell.GridView.isCurrentItem && grid.activeFocus ? theme.accent : theme.border
                Image {
                    anchors.fill: parent
                    anchors.margins: theme.space
                    anchors.bottomMargin: theme.body * 2
                    source: cell.modelData.source
                    fillMode: Image.PreserveAspectFit
                }
                Words {
                    text: cell.modelData.name
                    elide: Text.ElideMiddle
                    wrapMode: Text.NoWrap
                    horizontalAlignment: Text.AlignHCenter
                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.bottom: parent.bottom
                    anchors.margins: theme.space
                }
                Rectangle {
                    anchors.fill: parent
                    radius: parent.radius
                    color: theme.text
                    opacity: area.pressed ? 0.16 : 0
                }
            }
            MouseArea {
                id: area
                anchors.fill: parent
                onClicked: cell.choose()
            }
        }
    }
    AppButton {
        objectName: "offered-away"
        text: qsTr("Cancel")
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: card.done()
    }
}
