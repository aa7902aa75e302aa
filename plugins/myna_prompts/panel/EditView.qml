// The text of a template. One's own can be changed; a shipped one can be duplicated.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    required property var template
    readonly property var checked: panel.state.checked || ({})
    readonly property bool dirty: box.text !== saved
    property string saved
    property bool asking: false
    property bool shown: false
    // What was pasted and does not fit.
    property int refused: 0
    // The check that is shown is of the text as it is now.
    readonly property bool fresh: dirty && !later.running && panel.busy.indexOf("check") < 0 && checked.key === template.key
    readonly property bool good: fresh && checked.good === true
    readonly property bool saving: panel.busy.indexOf("save") >= 0 || panel.busy.indexOf("save-version") >= 0
    // A template that large is no longer written by hand.
    readonly property bool large: template.text.length > box.most
    spacing: theme.space * 1.5

    // What is being written stays, whatever happens to the file meanwhile.
    function start() {
        const untouched = !shown || !dirty
        saved = template.text
        if (!shown)
            box.set(template.draft || saved)
        else if (untouched && box.text !== saved)
            box.set(saved)
        if (!shown && template.draft)
            later.restart()
        shown = true
    }
    Component.onCompleted: start()
    onTemplateChanged: start()
    // What was typed in the last moment is kept too.
    Component.onDestruction: if (panel && later.running && dirty) panel.act("keep", {key: template.key, text: box.text})

    Timer {
        id: later
        interval: 400
        onTriggered: {
            if (panel.busy.indexOf("check") >= 0)
                restart()
            else if (view.dirty)
                panel.act("check", {key: view.template.key, text: box.text})
            else
                panel.act("discard", {key: view.template.key})
        }
    }
    Banner {
        kind: "info"
        lasting: true
        error: view.template.own ? ({}) : {
            message: qsTr("This template comes with Myna, so it stays as it is."),
            hint: qsTr("Duplicate it, and change yours.")
        }
        Layout.fillWidth: true
    }
    Banner {
        objectName: "restored"
        kind: "warning"
        error: view.template.draft && view.dirty ? {message: qsTr("Your changes from last time are here. They are not saved yet.")} : ({})
        lasting: true
        Layout.fillWidth: true
    }
    Banner {
        kind: "warning"
        error: view.large ? {message: qsTr("This file is too large to be shown here as a whole."), hint: desktop.short(view.template.path)}
            : view.refused > 0 ? {message: qsTr("%L1 characters are too many for a template; nothing was pasted.").arg(view.refused)} : ({})
        lasting: view.large
        Layout.fillWidth: true
        onDismissed: view.refused = 0
    }
    TextBox {
        id: box
        objectName: "template-text"
        name: qsTr("Text of the template, in TOML")
        readOnly: !view.template.own || view.large
        code: true
        numbers: true
        holds: false
        // Qt needs a tenth of a second to lay out so much.
        most: 60000
        leastLines: 12
        mostLines: 26
        wrong: problem.visible
        Layout.fillWidth: true
        onEdited: if (view.shown && view.template.own) later.restart()
        onRefused: length => view.refused = length
    }
    Banner {
        id: problem
        objectName: "template-problem"
        lasting: true
        error: view.dirty ? (view.checked.key === view.template.key && view.checked.error) || ({}) : view.template.error
        Layout.fillWidth: true
    }
    RowLayout {
        visible: view.template.own
        spacing: theme.space
        Layout.fillWidth: true
        Icon {
            visible: view.good || !view.dirty
            name: "check"
            color: theme.success
            size: theme.body
        }
        Words {
            objectName: "template-state"
            text: !view.dirty ? qsTr("Saved") : view.good ? qsTr("Can be used, and is not saved yet") : problem.visible ? qsTr("Cannot be used like this; what you wrote is kept") : qsTr("Being checked …")
            muted: true
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
    }
    Flow {
        spacing: theme.space
        Layout.fillWidth: true
        AppButton {
            objectName: "save-template"
            visible: view.template.own
            kind: "primary"
            symbol: "check"
            text: qsTr("Save")
            enabled: view.good && !view.saving
            onClicked: panel.act("save", {key: view.template.key, text: box.text})
        }
        AppButton {
            objectName: "save-version"
            visible: view.template.own
            text: qsTr("Save as a new version")
            enabled: view.good && !view.saving
            onClicked: panel.act("save-version", {key: view.template.key, text: box.text})
        }
        AppButton {
            objectName: "discard-changes"
            visible: view.template.own && view.dirty
            text: qsTr("Discard changes")
            onClicked: { box.set(view.saved); panel.act("discard", {key: view.template.key}) }
        }
        AppButton {
            objectName: "duplicate"
            symbol: "copy"
            kind: view.template.own ? "plain" : "primary"
            text: qsTr("Duplicate")
            enabled: !view.template.error.message
            onClicked: naming.visible = !naming.visible
        }
        AppButton {
            objectName: "delete-template"
            visible: view.template.own && !view.asking
            symbol: "trash"
            kind: "quiet"
            text: qsTr("Delete")
            onClicked: view.asking = true
        }
    }
    Card {
        visible: view.asking
        onVisibleChanged: if (visible) keep.forceActiveFocus(Qt.OtherFocusReason)
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words { text: qsTr("Delete this template for good?"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Words { text: desktop.short(view.template.path); muted: true; font.pixelSize: theme.small; wrapMode: Text.WrapAnywhere; Layout.fillWidth: true }
            Flow {
                spacing: theme.space
                Layout.fillWidth: true
                AppButton {
                    objectName: "delete-really"
                    kind: "danger"
                    text: qsTr("Delete")
                    onClicked: { later.stop(); panel.act("delete", {key: view.template.key}) }
                }
                AppButton { id: keep; text: qsTr("Keep it"); onClicked: view.asking = false }
            }
        }
    }
    NameForm {
        id: naming
        visible: false
        title: qsTr("Name of your copy")
        action: qsTr("Duplicate")
        busy: panel.busy.indexOf("duplicate") >= 0
        Layout.fillWidth: true
        onAccepted: name => panel.act("duplicate", {key: view.template.key, name: name})
        onCancelled: visible = false
    }
}
