import QtQuick
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    title: qsTr("Plugins")
    detail: qsTr("Everything that Myna can do comes from a plugin. Plugins are programs that you trust.")
    error: panel.error
    onDismissed: panel.dismiss()

    Saving { id: saving; to: panel; action: "switch"; value: "on" }

    function need(name) {
        return {network: qsTr("network"), microphone: qsTr("microphone"), camera: qsTr("camera"), files: qsTr("files")}[name] || name
    }

    Banner {
        kind: "info"
        error: panel.state.restart ? {message: qsTr("Changes count from the next start of Myna.")} : {}
        Layout.fillWidth: true
    }
    Repeater {
        // By number: whoever switches one by keyboard stays at its switch when the list is shown anew.
        model: (panel.state.plugins || []).length
        Card {
            id: card
            required property int index
            readonly property var modelData: panel.state.plugins[index]
            Layout.fillWidth: true
            ColumnLayout {
                width: parent.width
                spacing: theme.space
                RowLayout {
                    spacing: theme.space
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 2
                        Words { text: card.modelData.name; font.weight: Font.DemiBold; Layout.fillWidth: true }
                        Words {
                            text: (card.modelData.distribution + " " + card.modelData.version + " " + card.modelData.origin).trim()
                            muted: true
                            font.pixelSize: theme.small
                            wrapMode: Text.WrapAnywhere
                            Layout.fillWidth: true
                        }
                    }
                    Chip {
                        kind: card.modelData.state === "failed" || card.modelData.error ? "bad" : card.modelData.state === "active" ? "good" : "plain"
                        symbol: card.modelData.state === "failed" || card.modelData.error ? "warning" : card.modelData.state === "active" ? "check" : "pause"
                        text: card.modelData.state === "failed" ? qsTr("Failed") : card.modelData.error ? qsTr("Has failed") : card.modelData.state === "active" ? qsTr("Active") : qsTr("Off")
                    }
                    Switcher {
                        objectName: "switch-" + card.modelData.name
                        enabled: !card.modelData.fixed
                        checked: card.modelData.on
                        Accessible.name: qsTr("%1 is on").arg(card.modelData.name)
                        onToggled: saving.put(card.modelData.name, checked)
                    }
                }
                Flow {
                    Layout.fillWidth: true
                    visible: card.modelData.needs.length > 0
                    spacing: theme.space * 0.75
                    Words { text: qsTr("May use"); muted: true; lineHeight: 1; topPadding: theme.space * 0.375; font.pixelSize: theme.small }
                    Repeater {
                        model: card.modelData.needs
                        Chip {
                            required property string modelData
                            text: page.need(modelData)
                        }
                    }
                }
                Words {
                    visible: card.modelData.error !== ""
                    text: card.modelData.error
                    color: theme.danger
                    Layout.fillWidth: true
                }
            }
        }
    }
}
