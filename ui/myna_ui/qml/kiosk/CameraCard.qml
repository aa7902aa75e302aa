// What the camera sees, until a picture is taken of it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FrontCard {
    id: card
    readonly property var camera: kiosk.camera
    readonly property bool broken: !!camera.error.message
    signal done
    name: qsTr("Show something to the camera")
    widest: theme.body * 36
    onVisibleChanged: if (!visible) camera.close()
    Component.onCompleted: camera.open()
    Component.onDestruction: camera.close()

    Heading {
        text: card.broken ? qsTr("The camera cannot be used") : card.name
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Rectangle {
        color: theme.sunken
        radius: theme.radius
        clip: true
        Layout.fillWidth: true
        // Cards of any shape of screen have room for it, and for the buttons below.
        Layout.preferredHeight: Math.min(width * 0.75, Math.max(theme.control * 2, card.height - card.tall * 2 - theme.title * 2 - theme.space * (card.low ? 9 : 24)))
        Image {
            id: view
            objectName: "camera-view"
            anchors.fill: parent
            source: card.camera.view
            cache: false
            fillMode: Image.PreserveAspectFit
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("What the camera sees")
        }
        ColumnLayout {
            visible: view.status !== Image.Ready
            anchors.centerIn: parent
            width: parent.width - theme.space * 4
            spacing: theme.space * 2
            Icon {
                name: card.broken ? "warning" : "camera"
                size: theme.display * 1.4
                color: theme.muted
                Layout.alignment: Qt.AlignHCenter
            }
            Words {
                objectName: "camera-state"
                // What is wrong with it is for whoever mends it; visitors have other ways to ask.
                text: card.broken ? qsTr("You can ask without a picture.") : qsTr("The camera is being opened …")
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Words {
                visible: card.broken
                text: card.camera.error.message || ""
                font.pixelSize: theme.small
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
        }
    }
    AppButton {
        objectName: "take"
        visible: !card.broken
        focus: true
        kind: "primary"
        symbol: "camera"
        enabled: card.camera.state === "open"
        text: qsTr("Take the picture")
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: { card.camera.take(); card.done() }
    }
    AppButton {
        objectName: "camera-away"
        focus: card.broken
        text: card.broken ? qsTr("Go on without a picture") : qsTr("Cancel")
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: { card.camera.calm(); card.done() }
    }
}
