// A short remark: a state, a number. `kind`: "plain", "good", "warning", "bad", "accent".
import QtQuick

Rectangle {
    property string text
    property string symbol
    property string kind: "plain"
    readonly property color ink: kind === "bad" ? theme.onDangerSoft : kind === "warning" ? theme.onWarningSoft : kind === "accent" ? theme.onAccentSoft : kind === "good" ? theme.success : theme.muted
    implicitHeight: row.implicitHeight + theme.space * 0.75
    implicitWidth: row.implicitWidth + theme.space * 2
    radius: height / 2
    color: kind === "bad" ? theme.dangerSoft : kind === "warning" ? theme.warningSoft : kind === "accent" ? theme.accentSoft : theme.sunken
    border.width: theme.highContrast ? 1 : 0
    border.color: theme.outline
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Row {
        id: row
        anchors.centerIn: parent
        spacing: theme.space * 0.5
        Icon {
            visible: parent.parent.symbol !== ""
            name: parent.parent.symbol
            color: parent.parent.ink
            size: theme.small * 1.15
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: parent.parent.text
            color: parent.parent.ink
            font.family: theme.family
            font.pixelSize: theme.small
            font.weight: Font.Medium
            Accessible.ignored: true
        }
    }
}
