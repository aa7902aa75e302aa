// What people thought of answers, by version of the template.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    property var votes: []
    spacing: theme.space * 2

    EmptyState {
        visible: view.votes.length === 0
        symbol: "thumb-up"
        title: qsTr("No answer yet")
        detail: qsTr("Use the template in the conversation. The thumbs that its answers get are counted here, by version.")
        Layout.fillWidth: true
        Layout.topMargin: theme.space * 2
    }
    Repeater {
        model: view.votes
        Card {
            id: row
            required property var modelData
            readonly property bool voted: modelData.share >= 0
            Layout.fillWidth: true
            ColumnLayout {
                width: parent.width
                spacing: theme.space
                RowLayout {
                    spacing: theme.space
                    Layout.fillWidth: true
                    Words {
                        text: qsTr("Version %1").arg(row.modelData.version)
                        font.weight: Font.DemiBold
                        Layout.fillWidth: true
                    }
                    Chip { text: qsTr("Answers: %1").arg(row.modelData.answers) }
                    Chip { symbol: "thumb-up"; text: row.modelData.good; Accessible.name: qsTr("%1 thumbs up").arg(row.modelData.good) }
                    Chip { symbol: "thumb-down"; text: row.modelData.bad; Accessible.name: qsTr("%1 thumbs down").arg(row.modelData.bad) }
                }
                Words {
                    text: row.voted ? qsTr("%1 % good; with 95 % certainty between %2 % and %3 %").arg(Math.round(row.modelData.share * 100)).arg(Math.round(row.modelData.low * 100)).arg(Math.round(row.modelData.high * 100)) : qsTr("Nobody has voted yet.")
                    muted: true
                    Layout.fillWidth: true
                }
                Words {
                    text: qsTr("Text %1").arg(row.modelData.hash)
                    muted: true
                    font.pixelSize: theme.small
                    Layout.fillWidth: true
                }
            }
        }
    }
}
