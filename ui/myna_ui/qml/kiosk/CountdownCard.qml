// Nobody has touched anything for a while.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FrontCard {
    id: card
    name: qsTr("Are you still there?")
    Heading {
        text: qsTr("Are you still there?")
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Text {
        objectName: "countdown"
        text: Math.max(0, kiosk.countdown)
        color: theme.accent
        font.family: theme.family
        font.pixelSize: theme.display * (card.low ? 1.4 : 2.6)
        font.weight: Font.DemiBold
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Accessible.role: Accessible.AlertMessage
        Accessible.name: qsTr("Seconds left: %1").arg(Math.max(0, kiosk.countdown))
    }
    Words {
        text: qsTr("Then this visit ends, and what was said here is deleted.")
        muted: true
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    AppButton {
        objectName: "stay"
        focus: true
        kind: "primary"
        text: qsTr("I am still here")
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: kiosk.touched()
    }
    AppButton {
        objectName: "finish-now"
        text: qsTr("I am finished")
        font.pixelSize: theme.large
        implicitHeight: card.tall
        Layout.fillWidth: true
        onClicked: kiosk.finish()
    }
}
