// A question that can be touched; long ones take two lines and more.
import QtQuick
import QtQuick.Templates as T
import Myna.Ui

T.Button {
    id: control
    property real widest: 600
    implicitWidth: Math.min(widest, measure.implicitWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(theme.control * 1.25, label.implicitHeight + theme.space * 2)
    leftPadding: theme.space * 2.5
    rightPadding: theme.space * 2.5
    focusPolicy: Qt.StrongFocus
    font.family: theme.family
    font.pixelSize: theme.large
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    Text {
        id: measure
        visible: false
        text: control.text
        font: control.font
    }
    contentItem: Text {
        id: label
        text: control.text
        color: theme.onAccentSoft
        font: control.font
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: height / 2
        color: theme.accentSoft
        border.width: theme.highContrast ? 2 : 0
        border.color: theme.border
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: theme.text
            opacity: control.down ? 0.16 : 0
        }
        FocusRing { control: control; radius: parent.radius + 3 }
    }
}
