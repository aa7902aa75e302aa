// One variable: its name, what it is for, its field, and what is wrong with it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: one
    required property var field
    required property var start
    property string fault
    // Nobody is told off for what they have not come to yet.
    property bool touched: false
    signal typed(var value)
    spacing: theme.space * 0.5
    readonly property string label: field.name === "input" ? qsTr("Your text") : field.name
    readonly property string limits: {
        const said = []
        if (field.type === "integer" || field.type === "number") {
            if (field.minimum !== null && field.maximum !== null)
                said.push(qsTr("%1 to %2").arg(field.minimum).arg(field.maximum))
            else if (field.minimum !== null)
                said.push(qsTr("at least %1").arg(field.minimum))
            else if (field.maximum !== null)
                said.push(qsTr("at most %1").arg(field.maximum))
        }
        if (field.type === "list")
            said.push(qsTr("one on each line"))
        if (field.type === "json")
            said.push("JSON")
        if (field.max_length > 0)
            said.push(field.type === "list" ? qsTr("lines: at most %L1").arg(field.max_length) : qsTr("characters: at most %L1").arg(field.max_length))
        return said.join(" · ")
    }
    readonly property string empty: touched && field.required && String(current).trim() === "" ? qsTr("This is needed.") : ""
    readonly property string said: fault !== "" ? fault : empty
    property var current: start

    function put(value) {
        if (box.item)
            box.item.put(value)
        take(value)
    }
    function take(value) {
        current = value
        touched = true
        typed(value)
    }

    RowLayout {
        visible: one.field.kind !== "switch"
        spacing: theme.space
        Layout.fillWidth: true
        Words {
            text: one.label
            font.weight: Font.Medium
            Layout.maximumWidth: one.width * 0.6
        }
        Words {
            visible: one.field.required
            text: qsTr("required")
            muted: true
            font.pixelSize: theme.small
        }
        Words {
            text: one.limits
            muted: true
            font.pixelSize: theme.small
            horizontalAlignment: Text.AlignRight
            Layout.fillWidth: true
        }
    }
    Loader {
        id: box
        Layout.fillWidth: true
        sourceComponent: one.field.kind === "switch" ? toggle : one.field.kind === "choice" ? choice : one.field.kind === "text" ? text : line
    }
    RowLayout {
        visible: one.said !== ""
        spacing: theme.space * 0.5
        Layout.fillWidth: true
        Icon { name: "warning"; color: theme.danger; size: theme.body; Layout.alignment: Qt.AlignTop }
        Words {
            objectName: "fault-" + one.field.name
            text: one.said
            color: theme.danger
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
    }
    Words {
        visible: text !== "" && one.field.kind !== "switch"
        text: one.field.description
        muted: true
        font.pixelSize: theme.small
        Layout.fillWidth: true
    }

    Component {
        id: toggle
        Switcher {
            function put(value) { checked = value === true || value === "true" }
            objectName: "field-" + one.field.name
            text: one.field.description || one.label
            checked: one.start === true
            onToggled: one.take(checked)
        }
    }
    Component {
        id: choice
        Choice {
            function put(value) { currentIndex = one.field.choices.indexOf(value) }
            objectName: "field-" + one.field.name
            name: one.label
            model: one.field.choices
            currentIndex: one.field.choices.indexOf(one.start)
            onActivated: one.take(currentText)
        }
    }
    Component {
        id: line
        Field {
            function put(value) { text = String(value) }
            objectName: "field-" + one.field.name
            text: String(one.start)
            maximumLength: 10000
            inputMethodHints: one.field.kind === "number" ? Qt.ImhFormattedNumbersOnly : Qt.ImhNone
            Accessible.name: one.label + (one.field.required ? ", " + qsTr("required") : "")
            Accessible.description: [one.limits, one.said, one.field.description].filter(part => part !== "").join(". ")
            onTextEdited: one.take(text)
        }
    }
    Component {
        id: text
        TextBox {
            property bool ready: false
            function put(value) { ready = false; set(String(value)); ready = true }
            objectName: "field-" + one.field.name
            name: one.label + (one.field.required ? ", " + qsTr("required") : "")
            leastLines: one.field.name === "input" ? 4 : 3
            wrong: one.said !== ""
            Component.onCompleted: put(one.start)
            onEdited: if (ready) one.take(value)
        }
    }
}
