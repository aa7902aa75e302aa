// An answer is on its way, and nothing of it has come.
import QtQuick
import Myna.Ui

Row {
    id: waiting
    spacing: theme.space
    Accessible.role: Accessible.StaticText
    Accessible.name: label.text
    Row {
        spacing: theme.space * 0.5
        anchors.verticalCenter: parent.verticalCenter
        Repeater {
            model: 3
            Rectangle {
                id: dot
                required property int index
                width: theme.space * 0.75
                height: width
                radius: width / 2
                color: theme.accent
                opacity: 0.4
                SequentialAnimation on opacity {
                    running: waiting.visible && theme.motion > 0
                    loops: Animation.Infinite
                    PauseAnimation { duration: dot.index * 180 }
                    NumberAnimation { to: 1; duration: 260 }
                    NumberAnimation { to: 0.4; duration: 260 }
                    PauseAnimation { duration: (2 - dot.index) * 180 }
                }
            }
        }
    }
    Words {
        id: label
        text: qsTr("Thinking …")
        muted: true
        Accessible.ignored: true
    }
}
