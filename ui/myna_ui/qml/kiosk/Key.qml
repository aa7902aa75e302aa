// A key of the keyboard on the screen. It takes no focus: what is typed goes on having it.
import QtQuick
import Myna.Ui

Item {
    id: key
    property string label
    property string symbol
    property string name: label
    property real share: 1
    property bool strong: false
    property bool on: false
    signal pressed
    Accessible.role: Accessible.Button
    Accessible.name: name
    Accessible.onPressAction: key.pressed()

    Rectangle {
        anchors.fill: parent
        anchors.margins: theme.space * 0.25
        radius: theme.radius
        color: key.strong ? theme.accent : key.on ? theme.accentSoft : theme.surface
        border.width: 1
        border.color: theme.border
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: theme.text
            opacity: area.pressed ? 0.18 : 0
        }
        Text {
            visible: key.symbol === ""
            anchors.centerIn: parent
            text: key.label
            color: key.strong ? theme.onAccent : key.on ? theme.onAccentSoft : theme.text
            font.family: theme.family
            font.pixelSize: theme.large
            Accessible.ignored: true
        }
        Icon {
            visible: key.symbol !== ""
            anchors.centerIn: parent
            name: key.symbol
            color: key.strong ? theme.onAccent : key.on ? theme.onAccentSoft : theme.text
        }
    }
    MouseArea {
        id: area
        anchors.fill: parent
        onPressed: key.pressed()
    }
}
