// Where answers take their time: each stage over the last answers, with the last and the usual one in figures.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: card
    property var stages: []
    readonly property int answers: stages.length ? stages[0].values.length : 0
    readonly property bool tight: width < theme.body * 34

    function called(name) {
        return ({prepare: qsTr("preparing"), screen: qsTr("checking"), load: qsTr("loading"), queue: qsTr("waiting"), see: qsTr("looking"), prefill: qsTr("reading"), decode: qsTr("writing"), record: qsTr("keeping")})[name]
    }
    function took(ms) {
        return ms >= 10000 ? qsTr("%1 s").arg((ms / 1000).toLocaleString(Qt.locale(), "f", 1)) : qsTr("%1 ms").arg(Math.round(ms).toLocaleString(Qt.locale(), "f", 0))
    }

    ColumnLayout {
        width: parent.width
        spacing: theme.space
        RowLayout {
            Layout.fillWidth: true
            spacing: theme.space
            Words { text: qsTr("Where answers take their time"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Words { text: card.answers === 1 ? qsTr("the last answer") : qsTr("the last %1 answers").arg(card.answers); muted: true; font.pixelSize: theme.small }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: theme.space * 1.5
            Item { Layout.fillWidth: true }
            Words { text: qsTr("last"); muted: true; font.pixelSize: theme.small; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: theme.body * 5 }
            Words { text: qsTr("usual"); muted: true; font.pixelSize: theme.small; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: theme.body * 5 }
        }
        Repeater {
            model: card.stages
            RowLayout {
                id: stage
                required property var modelData
                objectName: "stage-" + modelData.name
                spacing: theme.space * 1.5
                Layout.fillWidth: true
                Accessible.role: Accessible.Chart
                Accessible.name: qsTr("%1: last %2, usual %3").arg(card.called(modelData.name)).arg(card.took(modelData.last)).arg(card.took(modelData.median))
                Words {
                    text: card.called(stage.modelData.name)
                    font.pixelSize: theme.small
                    Layout.preferredWidth: theme.body * 6
                    Layout.fillWidth: card.tight
                    Accessible.ignored: true
                }
                Sparkline {
                    visible: !card.tight
                    values: stage.modelData.values
                    Layout.fillWidth: true
                    Layout.preferredHeight: theme.body * 1.75
                }
                Words { text: card.took(stage.modelData.last); font.pixelSize: theme.small; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: theme.body * 5; Accessible.ignored: true }
                Words { text: card.took(stage.modelData.median); muted: true; font.pixelSize: theme.small; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: theme.body * 5; Accessible.ignored: true }
            }
        }
    }
}
