// Before the first visitor, and for a moment after a crash.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 8, theme.body * 30)
        height: Math.min(implicitHeight, parent.height - theme.space * 4)
        spacing: theme.space * 3
        Image {
            source: "../Myna/Ui/myna.svg"
            sourceSize: Qt.size(256, 256)
            fillMode: Image.PreserveAspectFit
            Layout.fillHeight: true
            Layout.minimumHeight: 0
            Layout.preferredWidth: theme.display * 3
            Layout.preferredHeight: theme.display * 3
            Layout.maximumHeight: theme.display * 3
            Layout.alignment: Qt.AlignHCenter
            Accessible.ignored: true
        }
        Heading {
            objectName: "moment"
            text: kiosk.recovering ? qsTr("One moment, please") : qsTr("Starting …")
            font.pixelSize: theme.display
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Words {
            visible: kiosk.recovering
            text: qsTr("Something went wrong here. This screen will be back at once.")
            font.pixelSize: theme.large
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        ProgressLine {
            name: qsTr("Starting …")
            Layout.fillWidth: true
            Layout.maximumWidth: theme.body * 18
            Layout.alignment: Qt.AlignHCenter
        }
    }
}
