// The blocks of a message, one below the other.
import QtQuick
import Myna.Ui

Column {
    id: blocks
    property alias model: repeater.model
    property color ink: theme.text
    // How wide it would be without wrapping; more than one block takes all the room there is.
    readonly property real natural: repeater.count === 1 && repeater.itemAt(0) ? repeater.itemAt(0).natural : 100000
    signal linked(string link)
    signal copied(string text)

    Repeater {
        id: repeater
        delegate: Block {
            width: blocks.width
            ink: blocks.ink
            onLinked: link => blocks.linked(link)
            onCopied: text => blocks.copied(text)
        }
    }
}
