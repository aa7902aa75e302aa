// A keyboard for English. Chinese is spoken: an input method for it needs a dictionary that a kiosk does not have.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Rectangle {
    id: keyboard
    // The text field that is typed into.
    required property Item target
    property bool voice: false
    property bool shifted: false
    property bool signs: false
    signal sent
    implicitHeight: column.height + (low ? theme.space : theme.space * 2)
    color: theme.sunken
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Keyboard")
    readonly property var letters: [["q", "w", "e", "r", "t", "y", "u", "i", "o", "p"], ["a", "s", "d", "f", "g", "h", "j", "k", "l"], ["shift", "z", "x", "c", "v", "b", "n", "m", "back"]]
    readonly property var numbers: [["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"], ["@", "#", "&", "%", "+", "-", "(", ")", "/"], ["\"", "'", ":", ";", "!", "?", "=", "*", "back"]]
    readonly property var rows: signs ? numbers : letters
    readonly property real unit: Math.min((width - theme.space * 2) / 10, theme.control * 2)
    // The gaps between keys belong to them: what is drawn has 48 pixels and more.
    readonly property real tall: low ? theme.control + theme.space * 0.5 : Math.max(theme.control + theme.space * 0.5, Math.min(unit * 0.75, theme.control * 1.6))
    property bool low: false

    function type(text) {
        target.insert(target.cursorPosition, shifted ? text.toUpperCase() : text)
        shifted = false
    }
    function remove() {
        if (target.selectedText !== "")
            target.remove(target.selectionStart, target.selectionEnd)
        else if (target.cursorPosition > 0) {
            // A character beyond the first plane has two halves.
            const low = target.text.charCodeAt(target.cursorPosition - 1)
            const two = low >= 0xdc00 && low <= 0xdfff && target.cursorPosition > 1
            target.remove(target.cursorPosition - (two ? 2 : 1), target.cursorPosition)
        }
    }
    function press(what) {
        if (what === "shift")
            shifted = !shifted
        else if (what === "back")
            remove()
        else
            type(what)
    }

    Column {
        id: column
        y: keyboard.low ? theme.space / 2 : theme.space
        anchors.horizontalCenter: parent.horizontalCenter
        width: keyboard.unit * 10
        Words {
            visible: !keyboard.low && kiosk.languages.indexOf("zh") >= 0 && (keyboard.voice || kiosk.suggestions.length > 0)
            width: parent.width
            text: keyboard.voice ? qsTr("This keyboard types English. To ask in Chinese, touch the microphone and speak.") : qsTr("This keyboard types English. Questions in Chinese can be touched above.")
            font.pixelSize: theme.small
            muted: true
            horizontalAlignment: Text.AlignHCenter
            bottomPadding: theme.space
        }
        Repeater {
            model: keyboard.rows
            Row {
                id: row
                required property var modelData
                anchors.horizontalCenter: parent.horizontalCenter
                Repeater {
                    model: row.modelData
                    Key {
                        required property string modelData
                        readonly property bool wide: modelData === "shift" || modelData === "back"
                        objectName: "key-" + modelData
                        width: keyboard.unit * (wide ? 1.5 : 1)
                        height: keyboard.tall
                        symbol: modelData === "shift" ? "shift" : modelData === "back" ? "backspace" : ""
                        label: keyboard.shifted ? modelData.toUpperCase() : modelData
                        name: modelData === "shift" ? qsTr("Capital letter") : modelData === "back" ? qsTr("Delete") : label
                        on: modelData === "shift" && keyboard.shifted
                        onPressed: keyboard.press(modelData)
                    }
                }
            }
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            Key {
                objectName: "key-signs"
                width: keyboard.unit * 1.5
                height: keyboard.tall
                label: keyboard.signs ? "abc" : "?123"
                name: keyboard.signs ? qsTr("Letters") : qsTr("Numbers and signs")
                onPressed: keyboard.signs = !keyboard.signs
            }
            Key { width: keyboard.unit; height: keyboard.tall; label: ","; onPressed: keyboard.type(",") }
            Key {
                objectName: "key-space"
                width: keyboard.unit * 4
                height: keyboard.tall
                name: qsTr("Space")
                onPressed: keyboard.type(" ")
            }
            Key { width: keyboard.unit; height: keyboard.tall; label: "."; onPressed: keyboard.type(".") }
            Key { width: keyboard.unit; height: keyboard.tall; label: "?"; onPressed: keyboard.type("?") }
            Key {
                objectName: "key-send"
                width: keyboard.unit * 1.5
                height: keyboard.tall
                strong: true
                symbol: "send"
                name: qsTr("Send")
                onPressed: keyboard.sent()
            }
        }
    }
}
