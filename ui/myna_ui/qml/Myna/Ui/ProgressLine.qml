// How far something is: `value` 0 to 1, below 0 when nobody knows.
import QtQuick

Rectangle {
    id: line
    property real value: -1
    property string name
    implicitHeight: 6
    radius: 3
    color: theme.sunken
    border.width: theme.highContrast ? 1 : 0
    border.color: theme.outline
    clip: true
    Accessible.role: Accessible.ProgressBar
    Accessible.name: name
    Accessible.description: value >= 0 ? Math.round(value * 100) + " %" : ""

    Rectangle {
        id: bar
        height: parent.height
        radius: parent.radius
        color: theme.accent
        width: line.value >= 0 ? parent.width * Math.min(1, line.value) : parent.width * 0.3
        SequentialAnimation on x {
            running: line.value < 0 && line.visible && theme.motion > 0
            loops: Animation.Infinite
            NumberAnimation { from: 0; to: line.width * 0.7; duration: 900; easing.type: Easing.InOutQuad }
            NumberAnimation { to: 0; duration: 900; easing.type: Easing.InOutQuad }
            onRunningChanged: if (!running) bar.x = 0
        }
    }
}
