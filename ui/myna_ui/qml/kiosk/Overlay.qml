// A card in front of a screen that waits behind it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: overlay
    property string name
    property real widest: theme.body * 30
    default property alias content: column.data
    anchors.fill: parent
    Accessible.role: Accessible.Dialog
    Accessible.name: name

    Rectangle {
        anchors.fill: parent
        color: theme.dark ? "#000000" : "#101418"
        opacity: 0.6
    }
    // What is behind must not be touched.
    MouseArea {
        anchors.fill: parent
        hoverEnabled: true
        onWheel: wheel => wheel.accepted = true
        Accessible.ignored: true
    }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 4, overlay.widest)
        height: column.height + theme.space * 8
        radius: theme.radius * 2
        color: theme.surface
        border.width: theme.highContrast ? 2 : 0
        border.color: theme.border
        ColumnLayout {
            id: column
            x: theme.space * 4
            y: theme.space * 4
            width: parent.width - theme.space * 8
            spacing: theme.space * 2.5
        }
    }
}
