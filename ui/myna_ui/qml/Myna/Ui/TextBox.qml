// Several lines of text. The box grows with them up to `mostLines`, then it scrolls.
// Qt lays out all that is pasted at once, which takes minutes for a million characters. What is longer than `most` is
// held beside the field: it is shown in short, and used as it is.
import QtQuick
import QtQuick.Templates as T

FocusScope {
    id: box
    property alias text: area.text
    property string held
    readonly property string value: held !== "" ? held : area.text
    onValueChanged: edited()
    property alias readOnly: area.readOnly
    property string name
    property string placeholder
    property int most: 20000
    property bool holds: true
    property int leastLines: 3
    property int mostLines: 12
    property bool code: false
    property bool numbers: false
    property bool wrong: false
    property alias editor: area
    // Somebody changed it.
    signal edited
    // `length` characters were pasted, and the box takes no more than `most`.
    signal refused(int length)
    readonly property real line: metrics.height
    implicitHeight: Math.max(leastLines, Math.min(mostLines, Math.ceil(area.contentHeight / line))) * line + theme.space * 2
    implicitWidth: 320

    function set(text) {
        held = text.length > most && holds ? text : ""
        area.text = held === "" ? text.slice(0, most) : ""
        area.cursorPosition = 0
        flick.contentY = 0
    }
    function paste() {
        const text = clipboard.text()
        const room = most - (area.length - (area.selectionEnd - area.selectionStart))
        if (text.length <= room) {
            area.paste()
        } else if (holds) {
            held = area.text.slice(0, area.selectionStart) + text + area.text.slice(area.selectionEnd)
            area.text = ""
        } else {
            box.refused(text.length)
        }
    }

    FontMetrics {
        id: metrics
        font: area.font
    }
    Rectangle {
        anchors.fill: parent
        radius: theme.radius
        color: area.readOnly ? theme.sunken : theme.surface
        border.width: area.activeFocus || box.wrong ? 2 : 1
        border.color: area.activeFocus ? theme.focus : box.wrong ? theme.danger : theme.outline
    }
    Flickable {
        id: flick
        visible: box.held === ""
        anchors.fill: parent
        anchors.margins: theme.space
        contentWidth: width
        contentHeight: area.contentHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        T.ScrollBar.vertical: AppScrollBar {}

        function follow(at) {
            if (contentY > at.y)
                contentY = at.y
            else if (contentY + height < at.y + at.height)
                contentY = at.y + at.height - height
        }
        Repeater {
            id: gutter
            property var tops: [0]
            function measure() {
                if (!box.numbers)
                    return
                const tops = []
                for (let at = 0; at >= 0 && tops.length < 5000; at = area.text.indexOf("\n", at) + 1 || -1)
                    tops.push(area.positionToRectangle(at).y)
                gutter.tops = tops
            }
            model: box.numbers ? tops.length : 0
            Text {
                required property int index
                width: area.leftPadding - theme.space
                y: gutter.tops[index] || 0
                text: index + 1
                color: theme.muted
                font.family: theme.mono
                font.pixelSize: theme.small
                height: box.line
                verticalAlignment: Text.AlignVCenter
                horizontalAlignment: Text.AlignRight
                Accessible.ignored: true
            }
        }
        T.TextArea {
            id: area
            focus: true
            width: flick.width
            height: Math.max(flick.height, contentHeight)
            leftPadding: box.numbers ? theme.space * 4.5 : theme.space * 0.25
            rightPadding: theme.space * 1.25
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            color: theme.text
            selectionColor: theme.accent
            selectedTextColor: theme.onAccent
            selectByMouse: true
            font.family: box.code ? theme.mono : theme.family
            font.pixelSize: box.code ? theme.small + 1 : theme.body
            Accessible.role: Accessible.EditableText
            Accessible.name: box.name
            Accessible.multiLine: true
            onTextChanged: gutter.measure()
            onWidthChanged: Qt.callLater(gutter.measure)
            onFontChanged: Qt.callLater(gutter.measure)
            onCursorRectangleChanged: flick.follow(cursorRectangle)
            // The keyboard gets out of the box: templates and questions need no tabs.
            KeyNavigation.priority: KeyNavigation.BeforeItem
            Keys.onPressed: event => {
                if (event.matches(StandardKey.Paste) && !area.readOnly) {
                    box.paste()
                    event.accepted = true
                } else if (event.key === Qt.Key_Tab || event.key === Qt.Key_Backtab) {
                    const forward = event.key === Qt.Key_Tab
                    area.nextItemInFocusChain(forward).forceActiveFocus(forward ? Qt.TabFocusReason : Qt.BacktabFocusReason)
                    event.accepted = true
                }
            }
            Text {
                x: area.leftPadding
                width: area.width - x
                visible: !area.length && !area.preeditText
                text: box.placeholder
                color: theme.muted
                font: area.font
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
        }
    }
    Item {
        visible: box.held !== ""
        anchors.fill: parent
        anchors.margins: theme.space
        clip: true
        Words {
            anchors.left: parent.left
            anchors.right: remove.left
            anchors.rightMargin: theme.space
            anchors.verticalCenter: parent.verticalCenter
            maximumLineCount: Math.max(1, Math.floor(parent.height / (font.pixelSize * 1.6)))
            elide: Text.ElideRight
            text: qsTr("%L1 characters, too many to be shown here. They are used as they are.").arg(box.held.length)
        }
        AppButton {
            id: remove
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            symbol: "trash"
            text: qsTr("Remove")
            onClicked: { box.held = ""; area.forceActiveFocus() }
        }
    }
}
