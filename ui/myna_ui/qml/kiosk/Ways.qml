// Ways to ask besides typing: speaking, showing something, choosing a picture.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    id: ways
    readonly property bool seeing: kiosk.inputs.indexOf("camera") >= 0 && kiosk.camera.there
    readonly property bool choosing: kiosk.offered.pictures.length > 0
    readonly property alias voice: speech.there
    property alias listening: speech
    signal microphoneWanted
    signal cameraWanted
    signal pictureWanted
    readonly property bool some: seeing || choosing || speech.there
    visible: some
    implicitHeight: row.implicitHeight

    RowLayout {
        id: row
        width: parent.width
        spacing: theme.space * 1.5
        AppButton {
            objectName: "camera"
            visible: ways.seeing
            symbol: "camera"
            text: qsTr("Show")
            font.pixelSize: theme.large
            implicitHeight: theme.control * 1.35
            Accessible.description: qsTr("Show something to the camera")
            onClicked: ways.cameraWanted()
        }
        AppButton {
            objectName: "pictures"
            visible: ways.choosing
            symbol: "picture"
            text: qsTr("Pictures")
            font.pixelSize: theme.large
            implicitHeight: theme.control * 1.35
            Accessible.description: qsTr("Choose a picture")
            onClicked: ways.pictureWanted()
        }
        VoiceStrip {
            id: speech
            onWanted: ways.microphoneWanted()
            Layout.fillWidth: true
        }
        // Where nobody can speak, the others stay on the left.
        Item {
            visible: !speech.there
            Layout.fillWidth: true
        }
    }
}
