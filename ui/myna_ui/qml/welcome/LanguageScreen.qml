// What Myna is, in the language that is chosen here.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    spacing: theme.space * 3

    ColumnLayout {
        spacing: theme.space
        Layout.fillWidth: true
        Heading {
            text: qsTr("Welcome to Myna")
            font.pixelSize: theme.display
            Layout.fillWidth: true
        }
        Words {
            text: qsTr("An assistant that lives on this machine: it reads, listens, looks, answers and speaks.")
            muted: true
            font.pixelSize: theme.large
            Layout.fillWidth: true
        }
    }
    GridLayout {
        columns: width > 420 ? 2 : 1
        columnSpacing: theme.space * 1.5
        rowSpacing: theme.space * 1.5
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            // Each in its own words, so that everybody finds theirs.
            model: [{code: "en", text: "English"}, {code: "zh", text: "简体中文"}]
            OptionCard {
                required property var modelData
                objectName: "language:" + modelData.code
                text: modelData.text
                chosen: desktop.language === modelData.code
                Layout.fillWidth: true
                onClicked: desktop.welcome.speak(modelData.code)
            }
        }
    }
    ColumnLayout {
        spacing: theme.space * 2
        Layout.fillWidth: true
        Repeater {
            model: [
                {symbol: "lock", text: qsTr("Private: what you say and show stays on this machine. There is no account.")},
                {symbol: "globe", text: qsTr("Offline: it works without any network, once a model is here.")},
                {symbol: "chat", text: qsTr("Yours: ask by typing, by voice or with a picture, in English and in Chinese.")}
            ]
            RowLayout {
                required property var modelData
                spacing: theme.space * 1.5
                Layout.fillWidth: true
                Icon { name: modelData.symbol; color: theme.accent; Layout.alignment: Qt.AlignTop }
                Words { text: modelData.text; Layout.fillWidth: true }
            }
        }
    }
}
