// While the visit is wiped.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 8, theme.body * 34)
        spacing: theme.space * 3
        Icon {
            name: "check"
            size: theme.display * 2.4
            color: theme.success
            Layout.alignment: Qt.AlignHCenter
        }
        Heading {
            objectName: "thanks"
            text: qsTr("Thank you for your visit")
            font.pixelSize: theme.display
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Words {
            text: qsTr("What was said here is being deleted.")
            font.pixelSize: theme.large
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        ProgressLine {
            name: qsTr("What was said here is being deleted.")
            Layout.fillWidth: true
            Layout.maximumWidth: theme.body * 18
            Layout.alignment: Qt.AlignHCenter
        }
    }
}
