// A page in the list of pages.
import QtQuick
import QtQuick.Templates as T

T.Button {
    id: control
    property string symbol
    property bool chosen: false
    property bool narrow: false
    implicitHeight: theme.control
    implicitWidth: narrow ? theme.control : 200
    focusPolicy: Qt.StrongFocus
    font.family: theme.family
    font.pixelSize: theme.body
    font.weight: chosen ? Font.DemiBold : Font.Normal
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Accessible.selected: chosen
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    contentItem: Item {
        Icon {
            id: drawing
            name: control.symbol
            color: control.chosen ? theme.onAccentSoft : theme.muted
            x: control.narrow ? (parent.width - width) / 2 : theme.space * 1.25
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            visible: !control.narrow
            text: control.text
            font: control.font
            color: control.chosen ? theme.onAccentSoft : theme.text
            elide: Text.ElideRight
            anchors.left: drawing.right
            anchors.leftMargin: theme.space * 1.25
            anchors.right: parent.right
            anchors.rightMargin: theme.space
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    background: Rectangle {
        radius: theme.radius
        color: control.chosen ? theme.accentSoft : "transparent"
        Rectangle {
            visible: control.chosen
            width: 3
            height: parent.height - theme.space * 2
            radius: 2
            color: theme.highContrast ? theme.onAccentSoft : theme.accent
            anchors.verticalCenter: parent.verticalCenter
        }
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: theme.text
            opacity: control.down ? 0.14 : control.hovered && !control.chosen ? 0.06 : 0
        }
        FocusRing { control: control; anchors.margins: 1 }
    }
}
