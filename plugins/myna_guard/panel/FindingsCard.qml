import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: card
    property string title
    property var rows: []
    required property var wording

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 1.25
        Words { text: card.title; font.weight: Font.DemiBold; Layout.fillWidth: true }
        Repeater {
            model: card.rows
            RowLayout {
                id: row
                required property var modelData
                spacing: theme.space
                Layout.fillWidth: true
                Accessible.role: Accessible.Row
                Accessible.name: modelData.rule
                ColumnLayout {
                    spacing: 2
                    Layout.fillWidth: true
                    Words { objectName: "finding"; text: row.modelData.rule; font.weight: Font.Medium; Layout.fillWidth: true }
                    Words {
                        text: [Qt.formatDateTime(new Date(row.modelData.time), Qt.DefaultLocaleShortDate), card.wording.origin(row.modelData.origin),
                               qsTr("policy %1").arg(row.modelData.policy),
                               row.modelData.label ? qsTr("%1: score %2").arg(row.modelData.label).arg(row.modelData.score.toFixed(3)) : ""].filter(part => part !== "").join(" · ")
                        muted: true
                        font.pixelSize: theme.small
                        Layout.fillWidth: true
                    }
                }
                Chip {
                    kind: card.wording.kind(row.modelData.action)
                    symbol: card.wording.symbol(row.modelData.action)
                    text: card.wording.action(row.modelData.action)
                    Layout.alignment: Qt.AlignTop
                }
            }
        }
    }
}
