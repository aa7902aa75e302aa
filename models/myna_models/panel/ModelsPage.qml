// What models there are, what runs here, and what is done with them.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: page
    focus: true
    readonly property var models: panel.state.models || []
    readonly property var pulls: panel.state.pulls || ({})
    readonly property var names: panel.state.names || ({tasks: [], languages: []})
    readonly property bool loaded: panel.state.loaded === true
    readonly property bool importing: panel.busy.indexOf("import") >= 0
    // Rows keep their places and the focus when something about them changes; only new and lost models move them.
    property var ids: []
    property var byId: ({})
    onModelsChanged: {
        const known = Object.assign({}, byId)
        for (const model of models)
            known[model.id] = model
        byId = known
        const there = models.map(model => model.id)
        const now = there.filter(id => !ids.includes(id)).concat(ids.filter(id => there.includes(id)))
        if (JSON.stringify(now) !== JSON.stringify(ids))
            ids = now
    }
    function named(entry) {
        return desktop.language === "zh" ? entry.zh : entry.en
    }
    function take(files) {
        panel.act("import", {files: files})
    }

    Page {
        id: sheet
        anchors.fill: parent
        focus: true
        title: qsTr("Models")
        detail: {
            const machine = panel.state.machine
            return machine && machine.memory ? qsTr("%1 of memory are free for a model on this machine.").arg(Amounts.bytes(machine.memory)) : ""
        }
        error: panel.error
        onDismissed: panel.dismiss()
        actions: AppButton {
            objectName: "addFile"
            symbol: "plus"
            text: sheet.width < 620 ? "" : qsTr("Add a file")
            Accessible.name: qsTr("Add a model file")
            onClicked: picker.open()
        }

        Repeater {
            model: panel.state.problems || []
            Banner {
                required property var modelData
                kind: "warning"
                lasting: true
                error: { desktop.language; return panel.told(modelData) }
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            visible: !page.loaded || page.importing
            Layout.fillWidth: true
            spacing: theme.space
            Words {
                text: page.importing ? qsTr("Looking at the file …") : qsTr("Looking at what fits this machine …")
                muted: true
            }
            ProgressLine { Layout.fillWidth: true; name: qsTr("Under way") }
        }
        DefaultModels {
            visible: page.loaded && defaults.length > 0
            defaults: panel.state.defaults || []
            Layout.fillWidth: true
        }
        ModelFilters {
            id: filters
            visible: page.loaded
            models: page.models
            pulls: page.pulls
            names: page.names
            language: desktop.language
            Layout.fillWidth: true
        }
        Repeater {
            id: rows
            model: page.ids
            ModelRow {
                required property string modelData
                model: page.byId[modelData]
                transfer: page.pulls[modelData] || null
                check: (panel.state.checks || {})[modelData] || null
                tuning: (panel.state.tunings || {})[modelData] || null
                visible: page.loaded && filters.matching[modelData] === true
                Layout.fillWidth: true
            }
        }
        EmptyState {
            visible: page.loaded && filters.matches === 0
            symbol: "search"
            title: qsTr("No model is like that")
            detail: qsTr("A model file (GGUF) or a folder with an ONNX model can be dropped here, too.")
            action: qsTr("Show all")
            Layout.fillWidth: true
            Layout.topMargin: theme.space * 4
            onActed: filters.clear()
        }
    }
    DropFiles {
        anchors.fill: parent
        enabled: page.loaded && !page.importing
        invitation: qsTr("Drop a model (GGUF or ONNX) here")
        onFilesDropped: files => page.take(files)
    }
    FilePicker {
        id: picker
        title: qsTr("A model file")
        filters: [qsTr("Models (*.gguf *.onnx)")]
        onPicked: files => page.take(files)
    }
}
