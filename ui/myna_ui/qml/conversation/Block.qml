// One block: a paragraph, a heading, code, a table or a rule, inside of its quotes and lists.
import QtQuick
import Myna.Ui

Item {
    id: block
    required property int index
    required property string kind
    required property string html
    required property string text
    required property int quotes
    required property int indent
    required property string marker
    required property int level
    required property string language
    required property bool continued
    required property int columns
    required property var cells
    required property real gap
    property color ink: theme.text
    readonly property real inset: quotes * theme.space * 2 + indent * theme.space * 3
    readonly property real natural: inset + (body.item && body.item.natural !== undefined ? body.item.natural : width)
    readonly property real above: index === 0 ? 0 : gap * theme.space * (kind === "heading" ? 1 : 1.25)
    signal linked(string link)
    signal copied(string text)
    signal copying
    signal selecting
    signal deserted
    // A rule has nothing to select.
    readonly property bool selectable: !!body.item && kind !== "rule"
    function place(x, y) { return selectable ? body.item.place(x - body.x, y - body.y) : -1 }
    function choose(from, to) { if (selectable) body.item.choose(from, to) }
    function chosen() { return selectable ? body.item.chosen() : "" }
    function drop() { if (selectable) body.item.drop() }
    function whole() { return selectable && body.item.whole() }
    function take() { if (kind === "paragraph" || kind === "heading") body.item.forceActiveFocus() }
    implicitHeight: above + (body.item ? body.item.implicitHeight : 0)

    Repeater {
        model: block.quotes
        Rectangle {
            required property int index
            x: index * theme.space * 2
            y: block.above - (block.index === 0 ? 0 : theme.space * 0.5)
            width: 3
            height: block.height - y
            radius: 1
            color: theme.outline
        }
    }
    Text {
        visible: block.marker !== ""
        text: block.marker
        color: theme.muted
        font.family: theme.family
        font.pixelSize: theme.body
        lineHeight: 1.25
        x: block.inset - width - theme.space * 0.75
        y: block.above
        renderType: Text.NativeRendering
        Accessible.ignored: true
    }
    Loader {
        id: body
        x: block.inset
        y: block.above
        width: block.width - x
        sourceComponent: block.kind === "code" ? code : block.kind === "table" ? table : block.kind === "rule" ? rule : words
    }
    Component {
        id: words
        RichText {
            readonly property real natural: implicitWidth
            html: block.html
            color: block.ink
            font.pixelSize: block.level === 0 ? theme.body : block.level === 1 ? theme.title * 0.9 : block.level === 2 ? theme.large : theme.body * 1.08
            font.weight: block.level ? Font.DemiBold : Font.Normal
            Accessible.role: block.level ? Accessible.Heading : Accessible.StaticText
            Accessible.name: (block.marker ? block.marker + " " : "") + block.text
            onLinked: link => block.linked(link)
            onCopying: block.copying()
            onSelecting: block.selecting()
            onDeserted: block.deserted()
        }
    }
    Component {
        id: code
        CodeBlock {
            html: block.html
            text: block.text
            language: block.language
            continued: block.continued
            onCopied: text => block.copied(text)
            onCopying: block.copying()
            onSelecting: block.selecting()
            onDeserted: block.deserted()
        }
    }
    Component {
        id: table
        TableBlock {
            columns: block.columns
            cells: block.cells
            text: block.text
            onLinked: link => block.linked(link)
            onCopying: block.copying()
            onSelecting: block.selecting()
            onDeserted: block.deserted()
        }
    }
    Component {
        id: rule
        Item {
            implicitHeight: theme.space * 2
            Rectangle { width: parent.width; height: 1; y: theme.space; color: theme.outline }
        }
    }
}
