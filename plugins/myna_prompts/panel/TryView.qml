// The form of a template's variables, and what is sent for it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

GridLayout {
    id: view
    required property var template
    readonly property var preview: panel.state.preview || ({})
    // Changed in place: the fields themselves show what is in it.
    property var form: ({})
    property string question
    readonly property bool ready: preview.messages !== undefined && preview.messages.length > 0 && !stale && question.trim() !== ""
    property bool stale: true
    columns: width > theme.body * 50 ? 2 : 1
    columnSpacing: theme.space * 2
    rowSpacing: theme.space * 2

    function start() {
        const values = {}
        for (const field of template.fields)
            values[field.name] = field.value
        form = values
        question = String(values.input || "")
        later.restart()
    }
    function set(name, value) {
        form[name] = value
        if (name === "input")
            question = value
        stale = true
        later.restart()
    }
    Component.onCompleted: start()
    onTemplateChanged: later.restart()

    Timer {
        id: later
        interval: 250
        onTriggered: {
            if (panel.busy.indexOf("preview") >= 0) {
                restart()
            } else {
                panel.act("preview", {key: view.template.key, form: view.form})
            }
        }
    }
    Connections {
        target: panel
        function onDone(action) {
            if (action === "preview" && !later.running)
                view.stale = false
        }
    }

    Card {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        Layout.alignment: Qt.AlignTop
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 2
            RowLayout {
                Layout.fillWidth: true
                spacing: theme.space
                Words { text: qsTr("Fill in"); font.weight: Font.DemiBold; Layout.fillWidth: true }
                AppButton {
                    objectName: "example"
                    visible: !!view.template.example.input
                    kind: "quiet"
                    text: qsTr("Take an example")
                    onClicked: {
                        for (const field of view.template.fields) {
                            const value = view.template.example[field.name]
                            fields.itemAt(view.template.fields.indexOf(field)).put(value === undefined ? field.value : value)
                        }
                    }
                }
            }
            Repeater {
                id: fields
                model: view.template.fields
                VariableField {
                    required property var modelData
                    field: modelData
                    start: view.form[modelData.name] === undefined ? modelData.value : view.form[modelData.name]
                    fault: (view.preview.faults || {})[modelData.name] || ""
                    Layout.fillWidth: true
                    onTyped: value => view.set(modelData.name, value)
                }
            }
            AppButton {
                objectName: "use-template"
                kind: "primary"
                symbol: "chat"
                text: qsTr("Use in the conversation")
                enabled: view.ready && !desktop.conversation.busy && panel.busy.indexOf("use") < 0
                onClicked: panel.act("use", {key: view.template.key, form: view.form})
            }
            Words {
                visible: desktop.conversation.busy
                text: qsTr("An answer is under way in the conversation.")
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
        }
    }
    PreviewView {
        preview: view.preview
        template: view.template
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        Layout.alignment: Qt.AlignTop
    }
}
