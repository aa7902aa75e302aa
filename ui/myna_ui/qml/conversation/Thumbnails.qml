// The pictures of a message.
import QtQuick
import Myna.Ui

Flow {
    id: flow
    property var model: []
    property var pictures
    visible: model.length > 0
    spacing: theme.space

    Repeater {
        model: flow.model
        Rectangle {
            id: frame
            required property string modelData
            required property int index
            readonly property bool broken: { flow.pictures.revision; return flow.pictures.broken(modelData) }
            readonly property real largest: flow.model.length === 1 ? 300 : 150
            readonly property real ratio: image.status === Image.Ready && image.implicitHeight > 0 ? image.implicitWidth / image.implicitHeight : 4 / 3
            width: Math.min(flow.width, ratio >= 1 ? largest : Math.max(64, largest * ratio))
            height: Math.max(48, Math.min(largest, width / ratio))
            radius: theme.radius
            color: theme.sunken
            border.width: 1
            border.color: theme.border
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("Picture %1 of %2").arg(index + 1).arg(flow.model.length)
            Icon {
                visible: image.status !== Image.Ready
                anchors.centerIn: parent
                name: frame.broken ? "warning" : "picture"
                color: theme.muted
                size: theme.display
            }
            Words {
                visible: frame.broken
                text: qsTr("Cannot be shown")
                muted: true
                font.pixelSize: theme.small
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: theme.space
            }
            Image {
                id: image
                objectName: "picture"
                anchors.fill: parent
                anchors.margins: 1
                fillMode: Image.PreserveAspectFit
                // `Pictures` keeps it, and lets go of it when it is told to.
                cache: false
                asynchronous: false
                source: { flow.pictures.revision; return flow.pictures.source(frame.modelData) }
            }
        }
    }
}
