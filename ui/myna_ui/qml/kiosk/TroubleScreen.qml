// It does not mend itself. Visitors of any language see this, so it says it in both.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 8, theme.body * 34)
        spacing: theme.space * 3
        Icon {
            name: "warning"
            size: theme.display * 2.4
            color: theme.muted
            Layout.alignment: Qt.AlignHCenter
        }
        Heading {
            objectName: "trouble"
            text: kiosk.languages.length > 1 ? "Out of order · 暂停服务" : qsTr("Out of order")
            font.pixelSize: theme.display
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Words {
            text: kiosk.texts.call || qsTr("Please tell the people who work here.")
            font.pixelSize: theme.large
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Words {
            visible: text !== ""
            text: desktop.error.message || ""
            font.pixelSize: theme.small
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
    }
}
