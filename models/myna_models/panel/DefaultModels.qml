// Which model does what, of those that are installed.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: card
    property var defaults: []
    property var keys: []
    property var byKey: ({})
    onDefaultsChanged: {
        const known = Object.assign({}, byKey)
        for (const one of defaults)
            known[one.key] = one
        byKey = known
        const now = defaults.map(one => one.key)
        if (JSON.stringify(now) !== JSON.stringify(keys))
            keys = now
    }

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 1.5
        Words {
            text: qsTr("What is used for what")
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        GridLayout {
            Layout.fillWidth: true
            columns: Math.max(1, Math.min(card.keys.length, Math.floor(card.width / 200)))
            columnSpacing: theme.space * 2
            rowSpacing: theme.space * 1.5
            uniformCellWidths: true
            Repeater {
                model: card.keys
                ColumnLayout {
                    id: cell
                    required property string modelData
                    readonly property var entry: card.byKey[modelData]
                    Layout.fillWidth: true
                    spacing: theme.space * 0.5
                    Words {
                        id: label
                        text: desktop.language === "zh" ? cell.entry.zh : cell.entry.en
                        muted: true
                        font.pixelSize: theme.small
                        Layout.fillWidth: true
                    }
                    Choice {
                        objectName: "default:" + cell.modelData
                        name: label.text
                        textRole: "text"
                        valueRole: "value"
                        Layout.fillWidth: true
                        implicitWidth: 160
                        model: [{text: qsTr("Automatic"), value: ""}].concat(cell.entry.options.map(one => ({text: one.name, value: one.id})))
                        readonly property string chosen: cell.entry.chosen
                        onChosenChanged: currentIndex = Math.max(0, indexOfValue(chosen))
                        onModelChanged: currentIndex = Math.max(0, indexOfValue(chosen))
                        Component.onCompleted: currentIndex = Math.max(0, indexOfValue(chosen))
                        onActivated: panel.act("default", {key: cell.modelData, id: currentValue})
                    }
                }
            }
        }
    }
}
