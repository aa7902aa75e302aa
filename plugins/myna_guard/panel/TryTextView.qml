// A text, and what the policy makes of it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    readonly property var tried: panel.state.tried || ({})
    readonly property bool trying: panel.busy.indexOf("try") >= 0
    readonly property bool wide: width > theme.body * 36
    spacing: theme.space * 2

    Wording { id: say }

    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.5
            TextBox {
                id: box
                objectName: "text-to-try"
                name: qsTr("Text to try")
                placeholder: qsTr("Write or paste a text. It is judged and not kept.")
                leastLines: 4
                Layout.fillWidth: true
                onEdited: if (view.tried.action) panel.act("clear")
            }
            GridLayout {
                columns: view.wide ? 3 : 1
                columnSpacing: theme.space
                rowSpacing: theme.space
                Layout.fillWidth: true
                Words { text: qsTr("It is"); muted: true; visible: view.wide }
                Choice {
                    id: origin
                    objectName: "origin"
                    name: qsTr("Where the text comes from")
                    textRole: "text"
                    valueRole: "value"
                    model: ["user", "answer", "picture", "retrieved"].map(code => ({value: code, text: say.origin(code)}))
                    Layout.fillWidth: true
                    onActivated: if (view.tried.action) panel.act("clear")
                }
                AppButton {
                    objectName: "try"
                    kind: "primary"
                    symbol: view.trying ? "stop" : "shield"
                    text: view.trying ? qsTr("Cancel") : qsTr("Judge it")
                    enabled: view.trying || box.value.trim() !== ""
                    onClicked: view.trying ? panel.cancel("try") : panel.act("try", {text: box.value, origin: origin.currentValue})
                }
            }
            ProgressLine {
                visible: view.trying
                name: qsTr("The text is being judged")
                Layout.fillWidth: true
            }
        }
    }
    TriedView {
        visible: !!view.tried.action
        tried: view.tried
        wording: say
        Layout.fillWidth: true
    }
}
