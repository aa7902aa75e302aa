// What is selected of a message, over all of its blocks: an editor of Qt knows of itself alone. The editor in which the
// mouse was pressed selects its own part; this does the rest.
import QtQuick

Item {
    id: selection
    // The blocks, from top to bottom: `place(x, y)`, `choose(from, to)`, `chosen()`, `drop()`.
    required property Repeater blocks
    // The menu is open, which takes the focus and must leave the selection.
    property bool held: false
    // Where the mouse was pressed.
    property int first: -1
    property int at: 0

    function each(call) {
        for (let row = 0; row < blocks.count; row++)
            if (blocks.itemAt(row))
                call(blocks.itemAt(row), row)
    }
    function rowAt(y) {
        let found = -1
        each((block, row) => { if (y >= block.y) found = row })
        return Math.max(0, found)
    }
    function begin(x, y) {
        first = rowAt(y)
        const block = blocks.itemAt(first)
        at = block ? block.place(x - block.x, y - block.y) : -1
        each((other, row) => { if (row !== first) other.drop() })
    }
    function extend(x, y) {
        if (first < 0 || at < 0)
            return
        const last = rowAt(y)
        each((block, row) => {
            if (row === first)
                return
            const between = row > Math.min(first, last) && row < Math.max(first, last)
            if (between)
                block.choose(0, -1)
            else if (row !== last)
                block.drop()
            else if (last > first)
                block.choose(0, block.place(x - block.x, y - block.y))
            else
                block.choose(block.place(x - block.x, y - block.y), -1)
        })
        // Its editor stops where it ends; what is above or below goes on from there.
        const own = blocks.itemAt(first)
        if (own && last !== first)
            own.choose(last > first ? at : 0, last > first ? -1 : at)
    }
    function all() {
        each(block => block.choose(0, -1))
    }
    function drop() {
        each(block => block.drop())
        first = -1
    }
    // As it is read: blocks are apart by an empty line, the items of a list are not.
    function text() {
        let found = ""
        let before = null
        each(block => {
            const piece = block.chosen()
            if (piece === "")
                return
            if (before)
                found += before.marker !== "" && block.marker !== "" ? "\n" : "\n\n"
            found += (block.marker !== "" && block.whole() ? block.marker + " " : "") + piece
            before = block
        })
        return found
    }
}
