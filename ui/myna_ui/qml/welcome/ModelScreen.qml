// Which model answers: one that is here, one that suits this machine, or a file that somebody has.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: screen
    // Behind the page for models; null until the assistant is open, or where that plugin is off.
    required property var models
    property string chosen
    // Chosen or fetched by a person; until then one is proposed that knows the language.
    property bool picked: false
    readonly property string language: desktop.language
    readonly property var all: models && models.state.models || []
    readonly property var pulls: models && models.state.pulls || ({})
    readonly property var suggested: models && models.state.suggested || []
    readonly property bool loaded: !!models && models.state.loaded === true
    readonly property bool importing: !!models && models.busy.indexOf("import") >= 0
    readonly property var model: byId[chosen] || null
    // What is here, then what suits this machine, then what is on its way.
    property var ids: []
    property var byId: ({})
    readonly property bool installed: !!model && model.installed
    readonly property bool fetching: !!pulls[chosen]
    readonly property bool unreachable: Object.values(pulls).some(pull => pull.error && pull.error.code === "source-unavailable")
    spacing: theme.space * 2

    onAllChanged: sort()
    onSuggestedChanged: sort()
    onPullsChanged: sort()
    onLanguageChanged: sort()
    function sort() {
        const known = {}
        for (const model of all)
            known[model.id] = model
        const chat = all.filter(model => model.task === "chat")
        const here = chat.filter(model => model.installed).map(model => model.id)
        const coming = chat.filter(model => pulls[model.id] !== undefined).map(model => model.id)
        const now = Array.from(new Set(here.concat(suggested, coming))).filter(id => known[id])
        byId = Object.assign({}, byId, known)
        // What was on its way stays, whether it has arrived or not.
        const kept = ids.filter(id => known[id])
        const next = kept.concat(now.filter(id => !kept.includes(id)))
        if (JSON.stringify(next) !== JSON.stringify(ids))
            ids = next
        if (!picked || !ids.includes(chosen))
            chosen = ids.find(id => speaks(byId[id])) || ids[0] || ""
    }
    function speaks(model) {
        return !model.languages.length || model.languages.some(one => one.value === language || one.value === "*")
    }
    function choose(id) {
        picked = true
        chosen = id
    }
    function take(files) {
        models.act("import", {files: files})
    }
    function pull() {
        picked = true
        models.act("pull", {id: chosen})
    }

    Heading { text: qsTr("Which model shall answer?"); Layout.fillWidth: true }
    Words {
        text: qsTr("A model is a large file that knows how to write. Larger ones know more and answer more slowly.")
        muted: true
        Layout.fillWidth: true
    }
    Banner {
        error: screen.models ? screen.models.error : ({})
        Layout.fillWidth: true
        onDismissed: screen.models.dismiss()
    }
    ColumnLayout {
        visible: !screen.loaded && (!desktop.ready || !!screen.models) || screen.importing
        spacing: theme.space
        Layout.fillWidth: true
        Words {
            text: screen.importing ? qsTr("Looking at the file …") : qsTr("Looking at what fits this machine …")
            muted: true
        }
        ProgressLine { Layout.fillWidth: true; name: qsTr("Under way") }
    }
    Repeater {
        model: screen.ids
        OptionCard {
            id: card
            required property string modelData
            readonly property var model: screen.byId[modelData]
            readonly property var transfer: screen.pulls[modelData] || null
            objectName: "option:" + modelData
            text: model.name
            detail: desktop.language === "zh" ? model.summary.zh : model.summary.en
            chosen: screen.chosen === modelData
            Layout.fillWidth: true
            onClicked: screen.choose(modelData)

            Flow {
                Layout.fillWidth: true
                spacing: theme.space * 0.75
                Chip { visible: card.model.installed; kind: "accent"; symbol: "check"; text: qsTr("On this machine") }
                Chip {
                    visible: !card.model.installed && screen.suggested[0] === card.modelData
                    kind: "accent"
                    text: qsTr("Recommended here")
                }
                Chip {
                    objectName: "unspoken:" + card.modelData
                    visible: !screen.speaks(card.model)
                    kind: "warning"
                    text: qsTr("Knows no English")
                }
                FitChip { verdict: card.model.verdict; speed: card.model.speed }
                Chip {
                    visible: card.model.size > 0
                    text: card.model.about ? qsTr("about %1").arg(Amounts.bytes(card.model.size)) : Amounts.bytes(card.model.size)
                }
            }
            Transfer {
                Layout.fillWidth: true
                name: card.model.name
                transfer: card.transfer
                error: { desktop.language; return card.transfer ? screen.models.told(card.transfer.error) : ({}) }
                mend: screen.models.state.offline && card.transfer && card.transfer.error.code === "source-unavailable" ? qsTr("Allow the network") : ""
                onPaused: screen.models.act("pause", {id: card.modelData})
                onResumed: screen.models.act("pull", {id: card.modelData})
                onCancelled: screen.models.act("cancel", {id: card.modelData})
                onMended: screen.models.act("online", {id: card.modelData})
            }
        }
    }
    Words {
        visible: screen.unreachable
        text: qsTr("Without a network a model that is on this machine works, and so does a model file, for example from a USB stick: drop it here.")
        Layout.fillWidth: true
    }
    Words {
        visible: desktop.ready && !screen.models
        text: qsTr("The plugin for models is switched off, so Myna takes the model that its settings name.")
        Layout.fillWidth: true
    }
    Flow {
        visible: screen.loaded
        spacing: theme.space
        Layout.fillWidth: true
        Words {
            text: qsTr("You have a model (GGUF or ONNX)? Drop it here, or")
            muted: true
            height: choose.height
            verticalAlignment: Text.AlignVCenter
        }
        AppButton {
            id: choose
            objectName: "chooseFile"
            symbol: "folder"
            text: qsTr("Choose a file")
            enabled: !screen.importing
            onClicked: picker.open()
        }
    }
    Connections {
        target: screen.models
        function onDone(action, result) {
            if (action === "import" && result.length)
                screen.choose(result[0])
        }
    }
    FilePicker {
        id: picker
        title: qsTr("A model file")
        filters: [qsTr("Models (*.gguf *.onnx)")]
        onPicked: files => screen.take(files)
    }
}
