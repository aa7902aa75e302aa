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
    implicitHeight: grid.implicitHeight + 2 + (bar.visible ? theme.space * 1.5 : 0)

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
                model: block.cells
                Rectangle {
                    required property var modelData
                    required property int index
                    color: modelData.head ? theme.sunken : "transparent"
                    implicitWidth: Math.min(words.implicitWidth + 1, 300) + theme.space * 3
                    implicitHeight: words.height + theme.space * 1.5
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    RichText {
                        id: words
                        html: parent.modelData.html
                        x: theme.space * 1.5
                        y: theme.space * 0.75
                        width: parent.width - theme.space * 3
                        horizontalAlignment: parent.modelData.align === "right" ? TextEdit.AlignRight : parent.modelData.align === "center" ? TextEdit.AlignHCenter : TextEdit.AlignLeft
                        font.weight: parent.modelData.head ? Font.DemiBold : Font.Normal
                        onLinked: link => block.linked(link)
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
