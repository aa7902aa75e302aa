// What a page says while it has nothing to show.
import QtQuick
import QtQuick.Layouts

ColumnLayout {
    property string symbol: "info"
    property string title
    property string detail
    property string action
    signal acted
    spacing: theme.space * 1.5
    Icon {
        name: parent.symbol
        size: theme.display * 1.6
        color: theme.accent
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        text: parent.title
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Words {
        visible: text !== ""
        text: parent.detail
        muted: true
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: 480
        Layout.alignment: Qt.AlignHCenter
    }
    AppButton {
        visible: parent.action !== ""
        text: parent.action
        kind: "primary"
        Layout.alignment: Qt.AlignHCenter
        onClicked: parent.acted()
    }
}
