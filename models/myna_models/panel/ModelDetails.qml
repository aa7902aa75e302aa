// The rest of what is known of a model, and what can be done with one that is here.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: details
    required property var model
    property var check: null
    property var tuning: null
    property bool asking: false
    readonly property bool checking: !!check && check.state === "running"
    readonly property var used: (panel.state.defaults || []).find(one => one.key === model.setting)
    readonly property bool chosen: !!used && used.chosen === model.id
    spacing: theme.space * 1.25

    readonly property var facts: {
        const found = []
        if (model.verdict === "too large")
            found.push([qsTr("Fit"), qsTr("Needs %1 of memory, more than is free.").arg(Amounts.bytes(model.memory))])
        else if (model.verdict !== "" && model.speed > 0)
            found.push([qsTr("Fit"), qsTr("About %1 tokens a second and %2 of memory; the longest conversation that fits has %3 tokens.").arg(Amounts.rate(model.speed)).arg(Amounts.bytes(model.memory)).arg(model.longest.toLocaleString(Qt.locale(), "f", 0))])
        else if (model.verdict !== "")
            found.push([qsTr("Fit"), qsTr("Takes about %1 of memory.").arg(Amounts.bytes(model.memory))])
        if (model.context)
            found.push([qsTr("Context"), qsTr("%1 tokens").arg(model.context.toLocaleString(Qt.locale(), "f", 0))])
        found.push([qsTr("Task"), desktop.language === "zh" ? model.task_name.zh : model.task_name.en])
        const separator = desktop.language === "zh" ? "、" : ", "
        if (model.languages.length)
            found.push([qsTr("Languages"), model.languages.map(one => desktop.language === "zh" ? one.zh : one.en).join(separator)])
        found.push([qsTr("Licence"), [model.licence || qsTr("not stated"), model.open ? qsTr("free for any use") : qsTr("read its conditions before you use it"), model.licence_url].filter(Boolean).join("\n")])
        const sources = ({pypi: qsTr("the package index"), hf: qsTr("a model hub"), url: qsTr("the web"), file: qsTr("a file")})
        found.push([qsTr("Comes from"), sources[model.source] || model.source || qsTr("this machine alone")])
        found.push([qsTr("Name"), model.id + " (" + model.format + ")"])
        return found
    }

    Rectangle { Layout.fillWidth: true; implicitHeight: 1; color: theme.border }
    GridLayout {
        columns: 2
        columnSpacing: theme.space * 2
        rowSpacing: theme.space * 0.75
        Layout.fillWidth: true
        Repeater {
            model: details.facts.length * 2
            Words {
                required property int index
                text: details.facts[index >> 1] ? details.facts[index >> 1][index % 2] : ""
                muted: index % 2 === 0
                font.pixelSize: theme.small
                Layout.fillWidth: index % 2 === 1
                Layout.alignment: Qt.AlignTop
                wrapMode: index % 2 ? Text.WrapAtWordBoundaryOrAnywhere : Text.NoWrap
            }
        }
    }
    ColumnLayout {
        visible: !!details.check
        Layout.fillWidth: true
        ProgressLine {
            visible: details.checking
            Layout.fillWidth: true
            name: qsTr("Checking %1").arg(details.model.name)
            value: details.checking && details.check.total ? details.check.done / details.check.total : -1
        }
        Chip {
            visible: !!details.check && details.check.state === "ok"
            kind: "good"
            symbol: "check"
            text: qsTr("All files are as they should be")
        }
        Banner {
            Layout.fillWidth: true
            lasting: true
            error: { desktop.language; return details.check && details.check.error ? panel.told(details.check.error) : ({}) }
        }
    }
    Fitting {
        model: details.model
        tuning: details.tuning
        Layout.fillWidth: true
    }
    Flow {
        visible: details.model.installed && !details.asking
        Layout.fillWidth: true
        spacing: theme.space
        AppButton {
            objectName: "use:" + details.model.id
            visible: details.model.setting !== "" && !details.chosen
            text: details.model.task === "chat" ? qsTr("Use for conversations") : qsTr("Use this one")
            onClicked: panel.act("default", {key: details.model.setting, id: details.model.id})
        }
        Chip { visible: details.chosen; kind: "accent"; symbol: "check"; text: qsTr("Chosen for its task") }
        AppButton {
            objectName: "check:" + details.model.id
            symbol: "shield"
            text: qsTr("Check its files")
            enabled: panel.busy.indexOf("check") < 0
            onClicked: panel.act("check", {id: details.model.id})
        }
        AppButton {
            objectName: "remove:" + details.model.id
            symbol: "trash"
            text: qsTr("Remove")
            onClicked: { details.asking = true; keep.forceActiveFocus(Qt.TabFocusReason) }
        }
    }
    RowLayout {
        visible: details.asking
        spacing: theme.space
        Layout.fillWidth: true
        Words {
            Layout.fillWidth: true
            text: details.model.imported ? qsTr("Remove this copy, %1? Your own file stays.").arg(Amounts.bytes(details.model.size)) : qsTr("Remove %1? It can be downloaded again.").arg(Amounts.bytes(details.model.size))
        }
        AppButton {
            id: keep
            objectName: "keep"
            text: qsTr("Keep")
            onClicked: details.asking = false
        }
        AppButton {
            objectName: "removeNow"
            kind: "danger"
            text: qsTr("Remove")
            enabled: panel.busy.indexOf("remove") < 0
            onClicked: { details.asking = false; panel.act("remove", {id: details.model.id}) }
        }
    }
}
