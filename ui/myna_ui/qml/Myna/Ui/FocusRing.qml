// Shows which control the keyboard talks to.
import QtQuick

Rectangle {
    required property Item control
    anchors.fill: parent
    anchors.margins: -3
    visible: control.visualFocus === undefined ? control.activeFocus : control.visualFocus
    color: "transparent"
    radius: theme.radius + 3
    border.color: theme.focus
    border.width: 2
}
