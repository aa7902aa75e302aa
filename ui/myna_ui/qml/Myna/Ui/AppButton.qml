import QtQuick
import QtQuick.Templates as T

T.Button {
    id: control
    property string symbol
    // What it is for: "plain", "primary", "danger", "quiet".
    property string kind: "plain"
    readonly property color ground: kind === "primary" ? theme.accent : kind === "danger" ? theme.danger : theme.surface
    readonly property color ink: kind === "primary" ? theme.onAccent : kind === "danger" ? theme.onDanger : theme.text

    implicitHeight: theme.control
    implicitWidth: Math.max(theme.control, row.implicitWidth + leftPadding + rightPadding)
    leftPadding: theme.space * 1.75
    rightPadding: theme.space * 1.75
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.45
    font.family: theme.family
    font.pixelSize: theme.body
    font.weight: Font.Medium
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: if (enabled) clicked()
    Keys.onEnterPressed: if (enabled) clicked()

    contentItem: Item {
        implicitWidth: row.implicitWidth
        Row {
            id: row
            anchors.centerIn: parent
            spacing: theme.space
            Icon {
                visible: control.symbol !== ""
                name: control.symbol
                color: control.ink
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                text: control.text
                visible: text !== ""
                font: control.font
                color: control.ink
                elide: Text.ElideRight
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    background: Rectangle {
        radius: theme.radius
        color: control.kind === "quiet" && !control.hovered && !control.down ? "transparent" : control.ground
        border.width: control.kind === "plain" ? 1 : 0
        border.color: theme.outline
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: theme.text
            opacity: control.down ? 0.16 : control.hovered ? 0.08 : 0
        }
        FocusRing { control: control }
    }
}
