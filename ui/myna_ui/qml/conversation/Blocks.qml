// The blocks of a message, one below the other.
import QtQuick
import Myna.Ui

Item {
    id: blocks
    implicitHeight: column.implicitHeight
    property alias model: repeater.model
    property color ink: theme.text
    // How wide it would be without wrapping; more than one block takes all the room there is.
    readonly property real natural: repeater.count === 1 && repeater.itemAt(0) ? repeater.itemAt(0).natural : 100000
    readonly property Selection selection: chosen
    signal linked(string link)
    signal copied(string text)
    signal menuWanted

    function copySelection() {
        const text = chosen.text()
        if (text !== "")
            copied(text)
    }
    function selectAll() {
        if (repeater.count && repeater.itemAt(0))
            repeater.itemAt(0).take()
        chosen.all()
    }
    // When the keyboard has gone elsewhere, nothing stays selected that could not be copied.
    function deserted() {
        Qt.callLater(() => {
            if (!chosen.held && !holds(Window.activeFocusItem))
                chosen.drop()
        })
    }
    function holds(item) {
        for (let one = item; one; one = one.parent)
            if (one === blocks)
                return true
        return false
    }

    Column {
        id: column
        width: parent.width
        Repeater {
            id: repeater
            delegate: Block {
                width: blocks.width
                ink: blocks.ink
                onLinked: link => blocks.linked(link)
                onCopied: text => blocks.copied(text)
                onCopying: blocks.copySelection()
                onSelecting: blocks.selectAll()
                onDeserted: blocks.deserted()
            }
        }
    }
    Selection {
        id: chosen
        blocks: repeater
    }
    // It lies over the blocks and only watches: links, buttons and editors get the mouse all the same.
    Item {
        anchors.fill: parent
        PointHandler {
            enabled: !theme.touch
            acceptedButtons: Qt.LeftButton
            acceptedDevices: PointerDevice.Mouse
            onActiveChanged: if (active) chosen.begin(point.position.x, point.position.y)
            onPointChanged: if (active) chosen.extend(point.position.x, point.position.y)
        }
        TapHandler {
            enabled: !theme.touch
            acceptedButtons: Qt.RightButton
            onTapped: blocks.menuWanted()
        }
    }
}
