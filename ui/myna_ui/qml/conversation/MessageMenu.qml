// The menu of a message: what is selected of it, or all of it.
AppMenu {
    id: menu
    property bool some: false
    signal copySelection
    signal selectAll
    signal copyAll
    MenuEntry {
        objectName: "copy-selection"
        text: qsTr("Copy")
        enabled: menu.some
        onTriggered: menu.copySelection()
    }
    MenuEntry {
        objectName: "select-all"
        text: qsTr("Select all")
        onTriggered: menu.selectAll()
    }
    MenuEntry {
        objectName: "copy-all"
        text: qsTr("Copy all as Markdown")
        onTriggered: menu.copyAll()
    }
}
