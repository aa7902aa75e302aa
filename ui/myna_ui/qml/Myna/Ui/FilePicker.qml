// The system's dialog for files, made when it is first wanted: its library takes a while to load.
import QtQuick

Item {
    id: picker
    property string title
    property var filters: []
    signal picked(var files)

    function open() {
        if (!loader.item)
            loader.setSource("FileChoice.qml", {title: picker.title, nameFilters: picker.filters})
        loader.item.open()
    }
    Loader { id: loader }
    Connections {
        target: loader.item
        function onAccepted() {
            picker.picked(Array.from(loader.item.selectedFiles, file => String(file)))
        }
    }
}
