// Search in what the catalog says, and by task, language and licence. `matching` has the ids that fit.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Flow {
    id: filters
    property var models: []
    property var pulls: ({})
    property var names
    property string language
    property var matching: ({})
    property int matches: 0
    onModelsChanged: count()
    spacing: theme.space
    readonly property int columns: width > 620 ? 4 : 2
    readonly property string downloads: Object.keys(pulls).sort().join(" ")
    onDownloadsChanged: count()

    function clear() {
        search.clear()
        for (const choice of [which, task, tongue, licence])
            choice.currentIndex = 0
        count()
        search.forceActiveFocus()
    }
    property bool made: false
    Component.onCompleted: { made = true; count() }
    function count() {
        if (!made)
            return
        const terms = search.text.toLowerCase().split(/\s+/).filter(Boolean)
        const found = {}
        for (const model of models) {
            if (which.currentValue === "installed" && !model.installed || which.currentValue === "downloads" && !pulls[model.id])
                continue
            if (task.currentValue && model.task !== task.currentValue)
                continue
            if (tongue.currentValue && !model.languages.some(one => one.value === tongue.currentValue))
                continue
            if (licence.currentValue && model.open !== (licence.currentValue === "open"))
                continue
            if (terms.every(term => holds(model.words, term)))
                found[model.id] = true
        }
        matching = found
        matches = Object.keys(found).length
    }
    // Chinese is written without spaces, so a term may be several words in a row.
    function holds(words, term) {
        if (words.includes(term))
            return true
        if (!/[\u4e00-\u9fff]/.test(term))
            return false
        for (let length = term.length - 1; length > 1; length--)
            if (words.includes(term.slice(0, length)) && holds(words, term.slice(length)))
                return true
        return false
    }
    function entries(all, list) {
        const chinese = language === "zh"
        return [{text: all, value: ""}].concat(list.map(one => ({text: chinese ? one.zh : one.en, value: one.value})))
    }

    Field {
        id: search
        objectName: "search"
        focus: true
        symbol: "search"
        placeholderText: qsTr("Search models")
        width: filters.width
        onTextChanged: filters.count()
    }
    component Filter: Choice {
        property string value
        textRole: "text"
        valueRole: "value"
        width: Math.floor((filters.width - (filters.columns - 1) * filters.spacing) / filters.columns)
        onCurrentValueChanged: filters.count()
        // New words for the same entries keep what was chosen.
        onActivated: value = currentValue
        onModelChanged: { currentIndex = Math.max(0, indexOfValue(value)); filters.count() }
    }
    Filter {
        id: which
        objectName: "which"
        name: qsTr("Which models")
        model: [
            {text: qsTr("All models"), value: ""},
            {text: qsTr("Installed"), value: "installed"},
            {text: qsTr("Downloads"), value: "downloads"}
        ]
    }
    Filter {
        id: task
        objectName: "task"
        name: qsTr("Task")
        model: filters.entries(qsTr("Any task"), filters.names.tasks)
    }
    Filter {
        id: tongue
        objectName: "tongue"
        name: qsTr("Language")
        model: filters.entries(qsTr("Any language"), filters.names.languages)
    }
    Filter {
        id: licence
        objectName: "licence"
        name: qsTr("Licence")
        model: [
            {text: qsTr("Any licence"), value: ""},
            {text: qsTr("Open licences"), value: "open"},
            {text: qsTr("Own conditions"), value: "own"}
        ]
    }
}
