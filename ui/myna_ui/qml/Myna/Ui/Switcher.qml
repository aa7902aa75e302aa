// On or off, with its words beside it; a tick says it too, not the colour alone.
import QtQuick
import QtQuick.Templates as T

T.Switch {
    id: control
    implicitHeight: Math.max(theme.control * 0.8, label.implicitHeight)
    implicitWidth: text === "" ? indicator.width : label.implicitWidth
    spacing: theme.space * 1.5
    focusPolicy: Qt.StrongFocus
    font.family: theme.family
    font.pixelSize: theme.body
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked
    // Qt says that it was toggled only when Space or the mouse has done it.
    function press() { toggle(); toggled() }
    Keys.onReturnPressed: press()
    Keys.onEnterPressed: press()

    indicator: Rectangle {
        width: theme.body * 2.8
        height: theme.body * 1.6
        radius: height / 2
        anchors.verticalCenter: parent.verticalCenter
        color: control.checked ? theme.accent : theme.surface
        border.width: 1
        border.color: control.checked ? theme.accent : theme.outline
        FocusRing { control: control; radius: height / 2 }
        Rectangle {
            width: parent.height - 6
            height: width
            radius: width / 2
            y: 3
            x: control.checked ? parent.width - width - 3 : 3
            color: control.checked ? theme.onAccent : theme.outline
            Behavior on x { NumberAnimation { duration: theme.motion } }
            Icon {
                anchors.centerIn: parent
                visible: control.checked
                name: "check"
                size: parent.width * 0.8
                color: theme.accent
            }
        }
    }
    contentItem: Text {
        id: label
        leftPadding: control.indicator.width + control.spacing
        text: control.text
        font: control.font
        color: theme.text
        wrapMode: Text.Wrap
        verticalAlignment: Text.AlignVCenter
    }
}
