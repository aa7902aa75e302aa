// Asked once in a visit, before the microphone opens.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Overlay {
    signal agreed
    signal refused
    name: qsTr("May I listen?")
    Icon {
        name: "microphone"
        size: theme.display * 1.6
        color: theme.accent
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        text: qsTr("May I listen?")
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Words {
        objectName: "consent"
        text: kiosk.texts.consent || qsTr("The microphone hears you and people near you. What it hears becomes text on this machine, goes nowhere else, and is deleted when your visit ends.")
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    AppButton {
        objectName: "agree"
        focus: true
        kind: "primary"
        text: qsTr("Yes, listen")
        font.pixelSize: theme.large
        implicitHeight: theme.control * 1.4
        Layout.fillWidth: true
        onClicked: agreed()
    }
    AppButton {
        objectName: "refuse"
        text: qsTr("No, thank you")
        font.pixelSize: theme.large
        implicitHeight: theme.control * 1.4
        Layout.fillWidth: true
        onClicked: refused()
    }
}
