// What a notice about self-harm names.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: card
    property string notice
    property string usual
    readonly property string saved: panel.state.help_line || ""
    onSavedChanged: field.text = saved

    ColumnLayout {
        width: parent.width
        spacing: theme.space
        Words { text: qsTr("Help line"); font.weight: Font.DemiBold; Layout.fillWidth: true }
        Words {
            text: qsTr("Named where somebody may be in danger; empty: %1.").arg(card.usual)
            muted: true
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: theme.space
            Layout.fillWidth: true
            Field {
                id: field
                objectName: "help-line"
                maximumLength: 200
                text: card.saved
                placeholderText: card.usual
                Accessible.name: qsTr("Help line")
                Layout.fillWidth: true
                onAccepted: save.clicked()
            }
            AppButton {
                id: save
                objectName: "save-help-line"
                text: qsTr("Save")
                enabled: field.text.trim() !== card.saved && panel.busy.indexOf("help-line") < 0
                onClicked: panel.act("help-line", {text: field.text})
            }
        }
        Words {
            objectName: "notice"
            text: card.notice.replace("{help_line}", field.text.trim() || card.usual)
            muted: true
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
    }
}
