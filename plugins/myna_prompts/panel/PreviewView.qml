// What is sent to the model.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: view
    property var preview: ({})
    property var template: ({})
    readonly property var messages: preview.messages || []
    readonly property var missing: preview.missing || []
    readonly property bool faulty: Object.keys(preview.faults || {}).length > 0

    function called(role) {
        return role === "system" ? qsTr("Instructions") : role === "user" ? qsTr("Question") : qsTr("Answer")
    }

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 1.5
        Words { text: qsTr("What is sent"); font.weight: Font.DemiBold; Layout.fillWidth: true }
        Banner {
            objectName: "preview-error"
            lasting: true
            error: view.preview.error || {}
            Layout.fillWidth: true
        }
        Words {
            visible: text !== ""
            text: view.faulty ? qsTr("Correct what is marked, and it is shown here.")
                : view.missing.length > 0 ? qsTr("Fill in what is required, and it is shown here.") : ""
            muted: true
            Layout.fillWidth: true
        }
        Repeater {
            model: view.messages
            ColumnLayout {
                id: message
                required property var modelData
                required property int index
                spacing: theme.space * 0.5
                Layout.fillWidth: true
                Words {
                    text: view.called(message.modelData.role)
                    muted: true
                    font.pixelSize: theme.small
                    font.weight: Font.DemiBold
                    Layout.fillWidth: true
                }
                Rectangle {
                    Layout.fillWidth: true
                    implicitHeight: words.implicitHeight + theme.space * 2
                    radius: theme.radius
                    color: message.modelData.role === "user" ? theme.question : theme.sunken
                    border.width: theme.highContrast ? 1 : 0
                    border.color: theme.border
                    Words {
                        id: words
                        objectName: "preview-" + message.index
                        x: theme.space * 1.25
                        y: theme.space
                        width: parent.width - x * 2
                        text: message.modelData.text
                        wrapMode: Text.Wrap
                    }
                }
                Words {
                    visible: message.modelData.cut > 0
                    text: qsTr("… and %L1 more characters").arg(message.modelData.cut)
                    muted: true
                    font.pixelSize: theme.small
                    Layout.fillWidth: true
                }
            }
        }
        Words {
            visible: text !== ""
            text: (view.preview.more || 0) > 0 ? qsTr("… and %L1 more messages").arg(view.preview.more) : ""
            muted: true
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
        Words {
            visible: view.messages.length > 0 && (view.template.examples || 0) > (view.template.shots || 0)
            text: qsTr("Of %1 examples, the %2 that are closest to the question are sent.").arg(view.template.examples || 0).arg(view.template.shots || 0)
            muted: true
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
    }
}
