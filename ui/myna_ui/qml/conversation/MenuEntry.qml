// A line of a menu.
import QtQuick
import QtQuick.Controls.Basic
import Myna.Ui

MenuItem {
    id: entry
    implicitHeight: theme.control
    implicitWidth: Math.max(180, words.implicitWidth + theme.space * 3)
    contentItem: Words {
        id: words
        text: entry.text
        color: entry.highlighted ? theme.onAccentSoft : theme.text
        opacity: entry.enabled ? 1 : 0.45
        verticalAlignment: Text.AlignVCenter
        leftPadding: theme.space
    }
    background: Rectangle {
        radius: theme.radius * 0.75
        color: entry.highlighted ? theme.accentSoft : "transparent"
    }
}
