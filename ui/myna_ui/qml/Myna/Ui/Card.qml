// What belongs together, on a ground of its own.
import QtQuick

Rectangle {
    default property alias content: holder.data
    property real padding: theme.space * 2
    color: theme.surface
    radius: theme.radius * 1.25
    border.width: 1
    border.color: theme.border
    implicitHeight: holder.childrenRect.height + padding * 2
    implicitWidth: 320

    Item {
        id: holder
        anchors.fill: parent
        anchors.margins: parent.padding
    }
}
