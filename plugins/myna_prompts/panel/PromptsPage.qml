// Prompt templates: the list, or one of them.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    readonly property var chosen: panel.state.detail || ({})
    readonly property bool one: !!chosen.key
    // The view of a template outlives it by a moment.
    property var kept: ({})
    onChosenChanged: if (chosen.key) kept = chosen
    onOneChanged: begin()
    // In the language of the window: what the panel says was made for the one before.
    readonly property string language: desktop.language
    onLanguageChanged: panel.act("refresh")
    title: one ? chosen.name : qsTr("Prompts")
    detail: one ? "" : qsTr("Templates say the same thing well every time. Fill one in, see what is sent, and use it.")
    error: panel.error
    onDismissed: panel.dismiss()

    actions: [
        AppButton {
            objectName: "new-template"
            visible: !page.one
            symbol: "plus"
            text: qsTr("New template")
            onClicked: naming.visible = !naming.visible
        },
        AppButton {
            objectName: "all-templates"
            visible: page.one
            symbol: "left"
            text: qsTr("All templates")
            onClicked: panel.act("choose", {key: ""})
        }
    ]

    NameForm {
        id: naming
        visible: false
        objectName: "naming"
        Layout.fillWidth: true
        title: qsTr("Name of the new template")
        action: qsTr("Create")
        busy: panel.busy.indexOf("begin") >= 0
        onAccepted: name => panel.act("begin", {name: name, language: desktop.language})
        onCancelled: visible = false
    }
    TemplateList {
        visible: !page.one
        templates: panel.state.templates || []
        loading: panel.busy.indexOf("open") >= 0
        Layout.fillWidth: true
        onChosen: key => panel.act("choose", {key: key})
    }
    Loader {
        id: holder
        // Another template is another view: nothing of what was typed for the one before is taken over.
        readonly property string key: page.kept.key || ""
        onKeyChanged: { active = false; active = Qt.binding(() => page.one && key !== "") }
        visible: page.one
        active: page.one && key !== ""
        Layout.fillWidth: true
        sourceComponent: TemplateView { template: page.kept; width: parent ? parent.width : 0 }
    }
    Connections {
        target: panel
        function onDone(action, result) {
            if (action === "begin" || action === "duplicate")
                naming.visible = false
        }
    }
}
