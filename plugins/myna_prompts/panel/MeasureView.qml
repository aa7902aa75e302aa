// A template's cases on a model: how good the answers are, and whether they were better before.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    required property var template
    readonly property var run: panel.state.run || ({})
    readonly property var progress: panel.state.progress || ({})
    readonly property bool running: panel.busy.indexOf("evaluate") >= 0
    readonly property bool mine: running && progress.key === template.key
    readonly property bool wide: width > theme.body * 36
    spacing: theme.space * 2

    function percent(share) {
        return Math.round(share * 100) + " %"
    }

    EmptyState {
        visible: view.template.cases === 0
        symbol: "health"
        title: qsTr("No cases yet")
        detail: qsTr("A case is a question with what a good answer holds. Write some into the text, under [[cases]], and see here how good the answers are.")
        Layout.fillWidth: true
        Layout.topMargin: theme.space * 2
    }
    Card {
        visible: view.template.cases > 0
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.5
            Words {
                text: qsTr("Ask a model all cases, and judge its answers")
                font.weight: Font.DemiBold
                Layout.fillWidth: true
            }
            GridLayout {
                columns: view.wide ? 3 : 1
                columnSpacing: theme.space
                rowSpacing: theme.space
                Layout.fillWidth: true
                Choice {
                    id: model
                    objectName: "evaluation-model"
                    name: qsTr("Model")
                    textRole: "text"
                    valueRole: "value"
                    model: (panel.state.models || []).map(one => one.value === ""
                        ? {value: "", text: one.text ? qsTr("Default: %1").arg(one.text) : qsTr("Default model")} : one)
                    Layout.fillWidth: true
                }
                Choice {
                    id: seeds
                    objectName: "evaluation-seeds"
                    name: qsTr("Answers to each case")
                    textRole: "text"
                    valueRole: "value"
                    model: [1, 3, 5].map(many => ({value: many, text: qsTr("Answers to each case: %1").arg(many)}))
                    currentIndex: 1
                    Layout.fillWidth: !view.wide
                }
                AppButton {
                    objectName: "evaluate"
                    kind: "primary"
                    symbol: "play"
                    text: qsTr("Run")
                    enabled: !view.running
                    onClicked: panel.act("evaluate", {key: view.template.key, model: model.currentValue || "", seeds: seeds.currentValue})
                }
            }
            Words {
                visible: view.running && !view.mine
                text: qsTr("Another template is being measured.")
                muted: true
                Layout.fillWidth: true
            }
            RowLayout {
                visible: view.mine
                spacing: theme.space * 1.5
                Layout.fillWidth: true
                ColumnLayout {
                    spacing: theme.space * 0.75
                    Layout.fillWidth: true
                    Words {
                        objectName: "evaluation-progress"
                        text: view.progress.total > 0 ? qsTr("%1 of %2 answers").arg(view.progress.done).arg(view.progress.total) : qsTr("The model is being loaded …")
                        muted: true
                        Layout.fillWidth: true
                    }
                    ProgressLine {
                        name: qsTr("Evaluation")
                        value: view.progress.total > 0 ? view.progress.done / view.progress.total : -1
                        Layout.fillWidth: true
                    }
                }
                AppButton {
                    objectName: "cancel-evaluation"
                    symbol: "stop"
                    text: qsTr("Cancel")
                    onClicked: panel.cancel("evaluate")
                }
            }
        }
    }
    MeasuredView {
        visible: view.run.answers > 0
        run: view.run
        wide: view.wide
        Layout.fillWidth: true
    }
}
