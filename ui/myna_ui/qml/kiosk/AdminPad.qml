// The PIN, and what an administrator may do.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FrontCard {
    id: pad
    readonly property var admin: kiosk.administrator
    property string pin
    name: qsTr("Administration")
    widest: theme.body * 22

    function type(key) {
        admin.touched()
        if (key === "back")
            pin = pin.slice(0, -1)
        else if (key === "enter") {
            admin.enter(pin)
            pin = ""
        } else if (pin.length < admin.digits)
            pin += key
    }
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Escape)
            admin.close()
        else if (admin.stage !== "pin")
            return
        else if (/^[0-9]$/.test(event.text))
            type(event.text)
        else if (event.key === Qt.Key_Backspace)
            type("back")
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            type("enter")
        else
            return
        event.accepted = true
    }

    Heading {
        text: pad.name
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Words {
        objectName: "pin-state"
        text: pad.admin.stage === "open" ? qsTr("What shall happen?")
            : !pad.admin.known ? qsTr("No PIN is set. A technician sets one with: myna desktop --kiosk --set-pin")
            : pad.admin.wait > 0 ? qsTr("Too many wrong attempts. Seconds to wait: %1").arg(pad.admin.wait)
            : pad.admin.checking ? qsTr("Checking …")
            : pad.admin.wrong ? qsTr("This PIN is wrong.")
            : qsTr("Enter the PIN")
        color: pad.admin.stage === "pin" && (pad.admin.wrong || pad.admin.wait > 0) ? theme.danger : theme.text
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Row {
        visible: pad.admin.stage === "pin" && pad.admin.known
        height: theme.body * 1.5
        spacing: theme.space
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredHeight: height
        Accessible.role: Accessible.StaticText
        Accessible.name: qsTr("Digits: %1").arg(pad.pin.length)
        Repeater {
            model: Math.max(4, pad.pin.length)
            Rectangle {
                required property int index
                width: theme.body * 0.9
                height: width
                radius: width / 2
                color: index < pad.pin.length ? theme.text : "transparent"
                border.width: 2
                border.color: theme.outline
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    GridLayout {
        visible: pad.admin.stage === "pin" && pad.admin.known
        columns: 3
        uniformCellWidths: true
        rowSpacing: pad.low ? theme.space / 2 : theme.space
        columnSpacing: theme.space
        Layout.fillWidth: true
        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0", "enter"]
            AppButton {
                required property string modelData
                objectName: "pin-" + modelData
                readonly property bool drawn: modelData === "back" || modelData === "enter"
                symbol: modelData === "back" ? "backspace" : modelData === "enter" ? "check" : ""
                text: drawn ? "" : modelData
                Accessible.name: modelData === "back" ? qsTr("Delete") : modelData === "enter" ? qsTr("Enter") : modelData
                kind: modelData === "enter" ? "primary" : "plain"
                font.pixelSize: theme.title
                implicitHeight: pad.low ? theme.control : theme.control * 1.35
                enabled: pad.admin.wait <= 0 && !pad.admin.checking
                focusPolicy: Qt.NoFocus
                Layout.fillWidth: true
                onClicked: pad.type(modelData)
            }
        }
    }
    AppButton {
        visible: pad.admin.stage === "open"
        objectName: "admin-finish"
        text: qsTr("End the visit")
        implicitHeight: pad.low ? theme.control : theme.control * 1.35
        Layout.fillWidth: true
        onClicked: { pad.admin.close(); kiosk.finish() }
    }
    AppButton {
        visible: pad.admin.stage === "open"
        objectName: "admin-restart"
        symbol: "retry"
        text: qsTr("Start the kiosk again")
        implicitHeight: pad.low ? theme.control : theme.control * 1.35
        Layout.fillWidth: true
        onClicked: pad.admin.leave(75)
    }
    AppButton {
        visible: pad.admin.stage === "open"
        objectName: "admin-leave"
        kind: "danger"
        text: qsTr("Leave the kiosk")
        implicitHeight: pad.low ? theme.control : theme.control * 1.35
        Layout.fillWidth: true
        onClicked: pad.admin.leave(0)
    }
    AppButton {
        objectName: "admin-back"
        kind: "quiet"
        text: qsTr("Back")
        implicitHeight: pad.low ? theme.control : theme.control * 1.2
        Layout.fillWidth: true
        onClicked: pad.admin.close()
    }
}
