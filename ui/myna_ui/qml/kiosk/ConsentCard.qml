// Asked once in a visit, before a microphone or a camera opens.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FrontCard {
    id: card
    property string symbol: "microphone"
    property string question
    property string told
    property string yes
    signal agreed
    signal refused
    name: question
    Icon {
        name: card.symbol
        size: theme.display * (card.low ? 1 : 1.6)
        color: theme.accent
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        text: card.question
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Words {
        objectName: "consent"
        text: card.told
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    AppButton {
        objectName: "agree"
        focus: true
        kind: "primary"
        text: card.yes
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: agreed()
    }
    AppButton {
        objectName: "refuse"
        text: qsTr("No, thank you")
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: refused()
    }
}
