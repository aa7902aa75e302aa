// One line of text.
import QtQuick
import QtQuick.Templates as T

T.TextField {
    id: control
    property string symbol
    implicitHeight: theme.control
    implicitWidth: 220
    leftPadding: symbol === "" ? theme.space * 1.25 : theme.space * 2 + theme.body * 1.35
    rightPadding: theme.space * 1.25
    verticalAlignment: TextInput.AlignVCenter
    color: theme.text
    placeholderTextColor: theme.muted
    selectionColor: theme.accent
    selectedTextColor: theme.onAccent
    selectByMouse: true
    font.family: theme.family
    font.pixelSize: theme.body
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholderText

    Text {
        anchors.fill: parent
        anchors.leftMargin: control.leftPadding
        anchors.rightMargin: control.rightPadding
        visible: !control.length && !control.preeditText
        text: control.placeholderText
        color: theme.muted
        font: control.font
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
        Accessible.ignored: true
    }
    Icon {
        visible: control.symbol !== ""
        name: control.symbol
        color: theme.muted
        x: theme.space
        anchors.verticalCenter: parent.verticalCenter
    }
    background: Rectangle {
        radius: theme.radius
        color: theme.surface
        border.width: control.activeFocus ? 2 : 1
        border.color: control.activeFocus ? theme.focus : theme.outline
    }
}
