// A button with a drawing alone; `text` is its name for those who cannot see it, and its tip for the others.
import QtQuick
import QtQuick.Templates as T
import QtQuick.Controls.Basic as Basic

T.Button {
    id: control
    property string symbol
    property color ink: theme.muted
    property bool chosen: false
    property real side: theme.control * 0.86

    implicitWidth: Math.max(side, theme.touch ? theme.control : 0)
    implicitHeight: implicitWidth
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.4
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: if (enabled) clicked()
    Keys.onEnterPressed: if (enabled) clicked()

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            name: control.symbol
            color: control.chosen ? theme.onAccentSoft : control.hovered || control.visualFocus ? theme.text : control.ink
            size: theme.body * 1.25
        }
    }
    background: Rectangle {
        radius: theme.radius
        color: control.chosen ? theme.accentSoft : "transparent"
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: theme.text
            opacity: control.down ? 0.16 : control.hovered ? 0.08 : 0
        }
        FocusRing { control: control }
    }
    Loader {
        // A tip takes longer to make than the button, and most are never seen.
        active: control.hovered && control.text !== ""
        sourceComponent: Basic.ToolTip {
            parent: control
            visible: control.hovered && !control.down
            delay: 600
            text: control.text
            contentItem: Text {
                text: control.text
                color: theme.window
                font.family: theme.family
                font.pixelSize: theme.small
            }
            background: Rectangle { color: theme.text; radius: 5 }
        }
    }
}
