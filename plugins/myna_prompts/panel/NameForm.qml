// Asks for the name of a template, in place.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: form
    property string title
    property string action
    property bool busy: false
    property alias name: field.text
    signal accepted(string name)
    signal cancelled
    readonly property bool good: /^[a-z0-9][a-z0-9-]{0,63}$/.test(field.text)
    onVisibleChanged: if (visible) field.forceActiveFocus()

    ColumnLayout {
        width: parent.width
        spacing: theme.space
        Words { text: form.title; font.weight: Font.DemiBold; Layout.fillWidth: true }
        Words {
            text: qsTr("Small letters, digits and hyphens, for example my-summary.")
            muted: true
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
        Flow {
            spacing: theme.space
            Layout.fillWidth: true
            Field {
                id: field
                objectName: "template-name"
                width: Math.min(parent.width, 320)
                maximumLength: 64
                placeholderText: "my-summary"
                Accessible.name: form.title
                onAccepted: if (form.good && !form.busy) form.accepted(text)
            }
            AppButton {
                objectName: "accept-name"
                kind: "primary"
                text: form.action
                enabled: form.good && !form.busy
                onClicked: form.accepted(field.text)
            }
            AppButton { kind: "quiet"; text: qsTr("Cancel"); onClicked: form.cancelled() }
        }
    }
}
