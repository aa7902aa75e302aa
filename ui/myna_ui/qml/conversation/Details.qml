// What an answer took: the model, tokens, and how long each stage was.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: details
    property var stats: ({})
    readonly property var stages: stats.stages || ({})
    implicitHeight: grid.implicitHeight + padding * 2
    padding: theme.space * 1.5
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Timings")

    function ms(value) {
        return value >= 1000 ? qsTr("%1 s").arg((value / 1000).toLocaleString(Qt.locale(), "f", 2)) : qsTr("%1 ms").arg(Math.round(value).toLocaleString(Qt.locale(), "f", 0))
    }
    function tokens(count) {
        return count === 1 ? qsTr("1 token") : qsTr("%1 tokens").arg(count)
    }
    function rows() {
        const found = []
        const decoded = stages.decode || 0
        if (stats.model)
            found.push([qsTr("Model"), stats.model])
        if (stats.tokens !== undefined)
            found.push([qsTr("Answer"), tokens(stats.tokens)])
        if (stats.prompt_tokens)
            found.push([qsTr("Prompt"), stats.cached_tokens ? qsTr("%1 tokens, %2 of them known before").arg(stats.prompt_tokens).arg(stats.cached_tokens) : tokens(stats.prompt_tokens)])
        if (decoded > 0 && stats.tokens > 1)
            found.push([qsTr("Speed"), qsTr("%1 tokens a second").arg(((stats.tokens - 1) * 1000 / decoded).toLocaleString(Qt.locale(), "f", 1))])
        if (stages.first_token)
            found.push([qsTr("First token after"), ms(stages.first_token)])
        if (stages.total)
            found.push([qsTr("All of it"), ms(stages.total)])
        const names = {"load": qsTr("Loading the model"), "prepare": qsTr("Preparing"), "screen": qsTr("Checking"), "queue": qsTr("Waiting"), "see": qsTr("Looking at pictures"), "prefill": qsTr("Reading the prompt"), "decode": qsTr("Writing"), "record": qsTr("Saving")}
        for (const name in names)
            if (stages[name] > 0.5)
                found.push([names[name], ms(stages[name])])
        return found
    }

    GridLayout {
        id: grid
        width: parent.width
        columns: details.width > 520 ? 4 : 2
        columnSpacing: theme.space * 2
        rowSpacing: theme.space * 0.5
        Repeater {
            model: {
                const cells = []
                for (const row of details.rows())
                    cells.push(row[0], row[1])
                return cells
            }
            Words {
                required property string modelData
                required property int index
                text: modelData
                muted: index % 2 === 0
                font.pixelSize: theme.small
                font.features: ({"tnum": 1})
                wrapMode: index % 2 === 0 ? Text.NoWrap : Text.Wrap
                Layout.fillWidth: index % 2 === 1
                Layout.preferredWidth: index % 2 === 1 ? 1 : implicitWidth
            }
        }
    }
}
