// A model that rules ask, and what it lacks.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: row
    required property var one
    property bool closed: false
    readonly property bool models: desktop.pages.some(page => page.name === "models")
    spacing: theme.space * 0.5

    RowLayout {
        spacing: theme.space
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Words { text: row.one.name; font.weight: Font.Medium; Layout.fillWidth: true }
            Words {
                text: qsTr("Asked by: %1").arg(row.one.rules.join(qsTr(", ")))
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
        }
        Chip {
            objectName: "classifier-" + row.one.name
            kind: row.one.installed && row.one.runtime ? "good" : row.closed ? "bad" : "warning"
            symbol: row.one.installed && row.one.runtime ? "check" : "warning"
            text: !row.one.installed ? qsTr("Not installed") : !row.one.runtime ? qsTr("Cannot run") : qsTr("Installed")
        }
    }
    Words {
        visible: !row.one.installed || !row.one.runtime
        text: !row.one.installed
            ? (row.closed ? qsTr("Until it is there, what it should judge is blocked.") : qsTr("Until it is there, its rules find nothing."))
              + (row.models ? "" : " " + qsTr("To install it: %1").arg("myna models pull " + row.one.name))
            : qsTr("It needs ONNX Runtime: %1").arg("pip install 'myna[guard]'")
        muted: true
        font.pixelSize: theme.small
        Layout.fillWidth: true
    }
    AppButton {
        objectName: "open-models"
        visible: !row.one.installed && row.models
        symbol: "download"
        text: qsTr("Open the models")
        onClicked: desktop.page = "models"
    }
}
