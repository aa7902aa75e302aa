import QtQuick
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    title: qsTr("Health")
    detail: panel.busy.indexOf("open") >= 0 || panel.busy.indexOf("check") >= 0 ? qsTr("Looking …") : panel.state.problems ? panel.state.problems === 1 ? qsTr("1 problem") : qsTr("%1 problems").arg(panel.state.problems) : qsTr("Everything works.")
    error: panel.error
    onDismissed: panel.dismiss()
    actions: AppButton {
        objectName: "check"
        symbol: "retry"
        text: qsTr("Check again")
        enabled: panel.busy.length === 0
        onClicked: panel.act("check")
    }

    function gib(bytes) {
        if (bytes < 107374182)
            return Math.round(bytes / 1048576) + " MiB"
        return (bytes / 1073741824).toLocaleString(Qt.locale(), "f", 1) + " GiB"
    }
    function last(values) {
        return values && values.length ? values[values.length - 1] : 0
    }

    GridLayout {
        Layout.fillWidth: true
        columns: page.width > 760 ? 3 : 1
        columnSpacing: theme.space * 2
        rowSpacing: theme.space * 2
        Chart {
            title: qsTr("Memory of Myna")
            values: panel.state.memory || []
            reading: page.gib(page.last(panel.state.memory))
            note: panel.state.total ? qsTr("of %1").arg(page.gib(panel.state.total)) : ""
            Layout.fillWidth: true
        }
        Chart {
            title: qsTr("Speed of answers")
            values: panel.state.speed || []
            reading: page.last(panel.state.speed) ? Math.round(page.last(panel.state.speed)) + " " + qsTr("tokens/s") : "–"
            note: values.length ? qsTr("the last answers") : qsTr("no answer yet")
            Layout.fillWidth: true
        }
        Chart {
            title: qsTr("First word after")
            values: panel.state.first || []
            reading: page.last(panel.state.first) ? times.took(page.last(panel.state.first)) : "–"
            note: values.length ? qsTr("the last answers") : qsTr("no answer yet")
            Layout.fillWidth: true
        }
    }
    StagesCard {
        id: times
        visible: stages.length > 0
        stages: panel.state.stages || []
        Layout.fillWidth: true
    }
    Card {
        visible: !!panel.state.workers && panel.state.workers.length > 0
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words { text: qsTr("Models at work"); font.weight: Font.DemiBold }
            Repeater {
                model: panel.state.workers || []
                ColumnLayout {
                    id: worker
                    required property var modelData
                    spacing: theme.space * 0.5
                    RowLayout {
                        spacing: theme.space
                        Words { text: worker.modelData.name; lineHeight: 1; Layout.fillWidth: true; elide: Text.ElideRight; wrapMode: Text.NoWrap }
                        Words { visible: worker.modelData.memory > 0; text: page.gib(worker.modelData.memory); lineHeight: 1; muted: true; font.pixelSize: theme.small }
                        Chip {
                            readonly property string state: worker.modelData.state
                            kind: state === "quarantined" ? "bad" : state === "ready" ? "good" : "plain"
                            symbol: state === "quarantined" ? "warning" : state === "ready" ? "check" : state === "loading" ? "more" : "pause"
                            text: ({stopped: qsTr("asleep"), loading: qsTr("loading"), ready: qsTr("ready"), quarantined: qsTr("in quarantine")})[state]
                        }
                        AppButton {
                            visible: worker.modelData.state === "quarantined"
                            text: qsTr("Start again")
                            onClicked: panel.act("release", {model: worker.modelData.name})
                        }
                    }
                    Words {
                        visible: worker.modelData.error !== ""
                        text: worker.modelData.error
                        color: theme.danger
                        font.pixelSize: theme.small
                        Layout.fillWidth: true
                    }
                }
            }
        }
    }
    FindingsCard {
        visible: !!panel.state.findings
        findings: panel.state.findings || []
        cached: panel.state.cached || 0
        Layout.fillWidth: true
    }
}
