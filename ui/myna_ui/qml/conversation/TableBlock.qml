// A table; one that is wider than the page scrolls sideways.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

Item {
    id: block
    property int columns
    property var cells: []
    property string text
    signal linked(string link)
    signal copying
    signal selecting
    signal deserted
    // From outside it is selected as a whole; within a cell, its text.
    property bool taken: false
    property RichText touched: null
    function place(x, y) { return 0 }
    function choose(from, to) { taken = to < 0 || to > from }
    function chosen() { return taken ? text : touched ? touched.chosen() : "" }
    function drop() { taken = false; if (touched) touched.drop() }
    function whole() { return taken }
    implicitHeight: grid.implicitHeight + 2 + (bar.visible ? theme.space * 1.5 : 0)

    // A table that grows gets new cells; those that are there stay.
    onCellsChanged: {
        while (shown.count > cells.length)
            shown.remove(shown.count - 1)
        for (let at = 0; at < cells.length; at++) {
            if (at >= shown.count)
                shown.append(cells[at])
            else if (shown.get(at).html !== cells[at].html || shown.get(at).align !== cells[at].align || shown.get(at).head !== cells[at].head)
                shown.set(at, cells[at])
        }
    }
    ListModel { id: shown }

    Flickable {
        id: scroll
        width: Math.min(parent.width, grid.implicitWidth + 2)
        height: parent.height
        contentWidth: grid.implicitWidth + 2
        contentHeight: height
        clip: true
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.horizontal: AppScrollBar { id: bar }
        Accessible.role: Accessible.Table
        Accessible.name: block.text

        Rectangle {
            width: grid.implicitWidth + 2
            height: grid.implicitHeight + 2
            color: "transparent"
            border.width: 1
            border.color: theme.border
            radius: theme.radius * 0.5
        }
        GridLayout {
            id: grid
            x: 1
            y: 1
            columns: block.columns
            columnSpacing: 0
            rowSpacing: 0
            Repeater {
                model: shown
                Rectangle {
                    required property int index
                    required property string html
                    required property string align
                    required property bool head
                    color: block.taken ? theme.accentSoft : head ? theme.sunken : "transparent"
                    implicitWidth: Math.min(words.implicitWidth + 1, 300) + theme.space * 3
                    implicitHeight: words.height + theme.space * 1.5
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    RichText {
                        id: words
                        html: parent.html
                        x: theme.space * 1.5
                        y: theme.space * 0.75
                        width: parent.width - theme.space * 3
                        horizontalAlignment: parent.align === "right" ? TextEdit.AlignRight : parent.align === "center" ? TextEdit.AlignHCenter : TextEdit.AlignLeft
                        font.weight: parent.head ? Font.DemiBold : Font.Normal
                        onLinked: link => block.linked(link)
                        onSelectedTextChanged: if (selectedText !== "") block.touched = words
                        onCopying: block.copying()
                        onSelecting: block.selecting()
                        onDeserted: block.deserted()
                        Accessible.ignored: true
                    }
                    Rectangle {
                        visible: parent.index >= block.columns
                        width: parent.width
                        height: 1
                        color: theme.border
                    }
                }
            }
        }
    }
}
