// One model: what it is and how it runs here; more of it when it is opened.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: row
    required property var model
    property var transfer: null
    property var check: null
    property var tuning: null
    property bool open: false
    readonly property bool narrow: width < 560
    readonly property string size: !model.size ? "" : model.about ? qsTr("about %1").arg(Amounts.bytes(model.size)) : Amounts.bytes(model.size)
    objectName: "model:" + model.id
    padding: theme.space * 1.75
    Accessible.role: Accessible.ListItem
    Accessible.name: model.name + ". " + summary.text + " " + fit.text

    function languages() {
        const names = row.model.languages.map(one => desktop.language === "zh" ? one.zh : one.en)
        const separator = desktop.language === "zh" ? "、" : ", "
        return names.length > 4 ? names.slice(0, 3).join(separator) + " …" : names.join(separator)
    }

    function facts() {
        const parameters = model.parameters ? qsTr("%1 parameters").arg(Amounts.parameters(model.parameters)) : ""
        const licence = !model.licence ? qsTr("licence not stated") : model.open ? model.licence : qsTr("%1: own terms").arg(model.licence)
        return [size, parameters, model.quantization, languages(), licence].filter(Boolean).join("  ·  ")
    }

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 1.25

        RowLayout {
            Layout.fillWidth: true
            spacing: theme.space
            ColumnLayout {
                Layout.fillWidth: true
                spacing: theme.space * 0.25
                Words {
                    text: row.model.name
                    font.weight: Font.DemiBold
                    Layout.fillWidth: true
                }
                Words {
                    id: summary
                    readonly property string said: desktop.language === "zh" ? row.model.summary.zh : row.model.summary.en
                    text: said || (row.model.imported ? qsTr("From a file of yours") : "")
                    visible: text !== ""
                    muted: true
                    font.pixelSize: theme.small
                    Layout.fillWidth: true
                }
            }
            Loader {
                active: row.model.installed || row.model.recommended
                visible: active
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: theme.space * 0.5
                sourceComponent: Chip {
                    kind: row.model.installed ? "accent" : "plain"
                    symbol: row.model.installed ? "check" : ""
                    text: row.model.installed ? qsTr("Installed") : qsTr("Recommended")
                }
            }
            AppButton {
                objectName: "pull:" + row.model.id
                visible: !row.model.installed && !row.transfer && row.model.available
                symbol: "download"
                text: row.narrow ? "" : qsTr("Download")
                Accessible.name: qsTr("Download %1").arg(row.model.name)
                Layout.alignment: Qt.AlignTop
                onClicked: panel.act("pull", {id: row.model.id})
            }
            IconButton {
                objectName: "open:" + row.model.id
                symbol: row.open ? "up" : "down"
                text: row.open ? qsTr("Less of %1").arg(row.model.name) : qsTr("More of %1").arg(row.model.name)
                Layout.alignment: Qt.AlignTop
                onClicked: row.open = !row.open
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: theme.space
            FitChip { id: fit; verdict: row.model.verdict; speed: row.model.speed; Layout.alignment: Qt.AlignTop }
            Words {
                // One line of text instead of a chip for each: there are dozens of models.
                text: row.facts()
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
                Layout.topMargin: theme.space * 0.4
            }
        }
        Loader {
            active: !!row.transfer
            visible: active
            Layout.fillWidth: true
            sourceComponent: Transfer {
                name: row.model.name
                transfer: row.transfer
                error: { desktop.language; return row.transfer ? panel.told(row.transfer.error) : ({}) }
                mend: panel.state.offline && row.transfer && row.transfer.error.code === "source-unavailable" ? qsTr("Allow the network") : ""
                onPaused: panel.act("pause", {id: row.model.id})
                onResumed: panel.act("pull", {id: row.model.id})
                onCancelled: panel.act("cancel", {id: row.model.id})
                onMended: panel.act("online", {id: row.model.id})
            }
        }
        Loader {
            active: row.open
            visible: active
            Layout.fillWidth: true
            sourceComponent: ModelDetails {
                model: row.model
                check: row.check
                tuning: row.tuning
            }
        }
    }
}
