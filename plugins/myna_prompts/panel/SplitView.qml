// Versions of the template that answer side by side, each in its share of the conversations.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: view
    required property var template
    property var versions: []
    readonly property bool several: versions.length > 1
    readonly property bool split: several && versions[0].weight >= 0
    // Weights in the fields, by version.
    property var typed: ({})
    onVersionsChanged: {
        const found = {}
        for (const one of versions)
            found[one.version] = one.weight < 0 ? (one.share ? "1" : "0") : String(one.weight)
        typed = found
    }
    readonly property real total: versions.reduce((sum, one) => sum + number(typed[one.version]), 0)

    function number(text) {
        const value = Number(String(text).replace(",", "."))
        return value >= 0 ? value : 0
    }
    function set(version, text) {
        const now = Object.assign({}, typed)
        now[version] = text
        typed = now
    }

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 1.5
        Words { text: qsTr("Versions side by side"); font.weight: Font.DemiBold; Layout.fillWidth: true }
        Words {
            text: view.several ? qsTr("A conversation keeps the version that it began with. Weights say how many conversations each gets; 0 is none.") : qsTr("There is one version of this template. Save a second one to compare the two.")
            muted: true
            Layout.fillWidth: true
        }
        Repeater {
            model: view.several ? view.versions : []
            RowLayout {
                id: row
                required property var modelData
                spacing: theme.space * 1.5
                Layout.fillWidth: true
                Words {
                    text: qsTr("Version %1").arg(row.modelData.version)
                    Layout.preferredWidth: theme.body * 7
                }
                Field {
                    objectName: "weight-" + row.modelData.version
                    placeholderText: "0"
                    text: view.typed[row.modelData.version] || ""
                    inputMethodHints: Qt.ImhFormattedNumbersOnly
                    Accessible.name: qsTr("Weight of version %1").arg(row.modelData.version)
                    Layout.preferredWidth: theme.body * 6
                    onTextEdited: view.set(row.modelData.version, text)
                }
                Rectangle {
                    color: theme.sunken
                    radius: 3
                    Layout.preferredHeight: theme.space
                    Layout.fillWidth: true
                    Rectangle {
                        height: parent.height
                        width: parent.width * (view.total ? view.number(view.typed[row.modelData.version]) / view.total : 0)
                        radius: 3
                        color: theme.accent
                    }
                }
                Words {
                    text: view.total ? qsTr("%1 %").arg(Math.round(100 * view.number(view.typed[row.modelData.version]) / view.total)) : "–"
                    muted: true
                    horizontalAlignment: Text.AlignRight
                    Layout.preferredWidth: theme.body * 3
                }
            }
        }
        Flow {
            visible: view.several
            spacing: theme.space
            Layout.fillWidth: true
            AppButton {
                objectName: "split"
                kind: "primary"
                text: view.split ? qsTr("Change the weights") : qsTr("Serve side by side")
                enabled: panel.busy.indexOf("split") < 0
                onClicked: panel.act("split", {key: view.template.key, weights: view.typed})
            }
            AppButton {
                objectName: "unsplit"
                visible: view.split
                text: qsTr("The newest alone")
                onClicked: panel.act("split", {key: view.template.key, weights: {}})
            }
        }
    }
}
