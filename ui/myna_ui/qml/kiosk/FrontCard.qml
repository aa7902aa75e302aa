// A card in front of a screen that waits behind it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: overlay
    property string name
    property real widest: theme.body * 30
    readonly property bool low: height < 640
    // Of buttons in it.
    readonly property real tall: low ? theme.control : theme.control * 1.4
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
        readonly property real edge: overlay.low ? theme.space * 2 : theme.space * 4
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 4, overlay.widest)
        height: Math.min(column.implicitHeight + edge * 2, parent.height - theme.space * 2)
        radius: theme.radius * 2
        color: theme.surface
        border.width: theme.highContrast ? 2 : 0
        border.color: theme.border
        // What does not fit a low screen is reached by a swipe.
        Flickable {
            anchors.fill: parent
            anchors.margins: parent.edge
            contentHeight: column.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            interactive: contentHeight > height
            clip: interactive
            ColumnLayout {
                id: column
                width: parent.width
                spacing: overlay.low ? theme.space : theme.space * 2.5
            }
        }
    }
}
