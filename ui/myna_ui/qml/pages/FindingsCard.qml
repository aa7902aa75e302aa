// What the doctor found, each with the button that mends it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: card
    property var findings: []
    property real cached: 0

    function there(page) {
        return desktop.pages.find(one => one.name === page) || null
    }
    // What is written on the button; empty for none.
    function label(mend) {
        switch (mend.kind) {
        case "pull": return there("models") ? qsTr("Download") : ""
        case "set": return qsTr("Change the setting")
        case "page": return there(mend.value) ? qsTr("Open \"%1\"").arg(there(mend.value).title) : ""
        case "empty": return qsTr("Empty the caches (%1)").arg(Amounts.bytes(cached))
        case "unload": return qsTr("Put models to sleep")
        }
        return ""
    }
    function act(mend) {
        if (mend.kind === "pull") {
            desktop.panel("models").act("pull", {ids: mend.value.split(" ")})
            desktop.page = "models"
        } else if (mend.kind === "page") {
            desktop.page = mend.value
        } else {
            panel.act(mend.kind, {change: mend.value})
        }
    }

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 1.25
        Words { text: qsTr("What was checked"); font.weight: Font.DemiBold; Layout.fillWidth: true }
        Repeater {
            model: card.findings
            RowLayout {
                id: finding
                required property int index
                required property var modelData
                readonly property string mends: card.label(modelData.mend)
                spacing: theme.space * 1.25
                Layout.fillWidth: true
                Icon {
                    name: finding.modelData.level === "ok" ? "check" : finding.modelData.level === "note" ? "info" : "warning"
                    color: finding.modelData.level === "ok" ? theme.success : finding.modelData.level === "note" ? theme.muted : theme.danger
                    Layout.alignment: Qt.AlignTop
                }
                ColumnLayout {
                    spacing: 2
                    Layout.fillWidth: true
                    Words {
                        // One heading for all that is said of an area.
                        visible: finding.index === 0 || card.findings[finding.index - 1].area !== finding.modelData.area
                        text: finding.modelData.area === "gpu" ? "GPU" : finding.modelData.area.charAt(0).toUpperCase() + finding.modelData.area.slice(1)
                        muted: true
                        font.pixelSize: theme.small
                        Layout.fillWidth: true
                    }
                    Words { text: finding.modelData.text; wrapMode: Text.WrapAtWordBoundaryOrAnywhere; Layout.fillWidth: true }
                    Words {
                        readonly property bool command: finding.modelData.mend.kind === "copy"
                        // A command is of no use to somebody who has a button for it.
                        visible: text !== "" && (finding.mends === "" || finding.modelData.advice.indexOf("myna ") !== 0)
                        text: finding.modelData.advice
                        muted: true
                        font.family: command ? theme.mono : theme.family
                        font.pixelSize: theme.small
                        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                        Layout.fillWidth: true
                    }
                }
                AppButton {
                    objectName: "mend-" + finding.modelData.mend.kind
                    visible: finding.mends !== ""
                    enabled: panel.busy.indexOf(finding.modelData.mend.kind) < 0
                    text: finding.mends
                    onClicked: card.act(finding.modelData.mend)
                }
                IconButton {
                    visible: finding.modelData.mend.kind === "copy"
                    symbol: "copy"
                    text: qsTr("Copy the command")
                    onClicked: desktop.copy(finding.modelData.mend.value)
                }
            }
        }
    }
}
