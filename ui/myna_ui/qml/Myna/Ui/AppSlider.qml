// A number between two others. `chosen` tells what was chosen in the end, not every step on the way.
import QtQuick
import QtQuick.Templates as T

T.Slider {
    id: control
    property string name
    property string shown: Math.round(value * 100) + " %"
    signal chosen(real number)
    implicitHeight: theme.control
    implicitWidth: 220
    focusPolicy: Qt.StrongFocus
    snapMode: T.Slider.SnapAlways
    Accessible.role: Accessible.Slider
    Accessible.name: name
    Accessible.description: shown
    onMoved: settled.restart()
    onPressedChanged: if (!pressed && settled.running) settled.restart()

    Timer {
        id: settled
        interval: 200
        onTriggered: if (control.pressed) restart(); else control.chosen(control.value)
    }

    background: Rectangle {
        x: control.leftPadding
        y: (control.height - height) / 2
        width: control.availableWidth
        height: 6
        radius: 3
        color: theme.sunken
        border.width: 1
        border.color: theme.outline
        Rectangle {
            width: control.visualPosition * parent.width
            height: parent.height
            radius: 3
            color: theme.accent
        }
    }
    handle: Rectangle {
        x: control.leftPadding + control.visualPosition * (control.availableWidth - width)
        y: (control.height - height) / 2
        width: theme.body * 1.4
        height: width
        radius: width / 2
        color: theme.surface
        border.width: 2
        border.color: theme.accent
        FocusRing { control: control; radius: parent.width }
    }
}
