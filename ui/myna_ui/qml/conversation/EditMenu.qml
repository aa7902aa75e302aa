// The menu of the field where a question is written.
import QtQuick
import QtQuick.Controls.Basic
import Myna.Ui

Menu {
    id: menu
    property var field
    property var tray
    component Entry: MenuItem {
        id: entry
        implicitHeight: theme.control
        implicitWidth: 180
        contentItem: Words {
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
    padding: 4
    background: Rectangle {
        implicitWidth: 188
        color: theme.surface
        border.color: theme.outline
        radius: theme.radius
    }
    Entry {
        text: qsTr("Cut")
        enabled: menu.field.selectedText !== ""
        onTriggered: menu.field.cut()
    }
    Entry {
        text: qsTr("Copy")
        enabled: menu.field.selectedText !== ""
        onTriggered: menu.field.copy()
    }
    Entry {
        objectName: "paste"
        text: qsTr("Paste")
        onTriggered: if (!menu.tray.paste()) menu.field.paste()
    }
    Entry {
        text: qsTr("Select all")
        onTriggered: menu.field.selectAll()
    }
}
