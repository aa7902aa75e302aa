// The menu of the field where a question is written.
AppMenu {
    id: menu
    property var field
    property var tray
    MenuEntry {
        text: qsTr("Cut")
        enabled: menu.field.selectedText !== ""
        onTriggered: menu.field.cut()
    }
    MenuEntry {
        text: qsTr("Copy")
        enabled: menu.field.selectedText !== ""
        onTriggered: menu.field.copy()
    }
    MenuEntry {
        objectName: "paste"
        text: qsTr("Paste")
        onTriggered: if (!menu.tray.paste()) menu.field.paste()
    }
    MenuEntry {
        text: qsTr("Select all")
        onTriggered: menu.field.selectAll()
    }
}
