// Above a conversation: what it is called, who answers, and a button for a new one.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    id: bar
    required property var conversation
    readonly property var models: conversation.models
    // 620 at the usual size.
    readonly property bool tight: width < theme.body * 41
    implicitHeight: theme.control + theme.space * 2

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: theme.space * 2
        anchors.rightMargin: theme.space * 2
        spacing: theme.space * 1.5
        Text {
            objectName: "title"
            text: bar.conversation.title || qsTr("New conversation")
            color: bar.conversation.title ? theme.text : theme.muted
            font.family: theme.family
            font.pixelSize: theme.large
            font.weight: Font.DemiBold
            textFormat: Text.PlainText
            elide: Text.ElideRight
            Layout.fillWidth: true
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Choice {
            id: chooser
            objectName: "model"
            name: qsTr("Model")
            visible: bar.models.known.length > 0
            enabled: !bar.conversation.busy
            model: bar.models.known
            textRole: "name"
            valueRole: "id"
            displayText: currentIndex >= 0 ? currentText : qsTr("Choose a model")
            Layout.preferredWidth: bar.tight ? theme.body * 9 : theme.body * 15
            currentIndex: {
                for (let at = 0; at < bar.models.known.length; at++)
                    if (bar.models.known[at].id === bar.models.current)
                        return at
                return -1
            }
            onActivated: at => bar.models.choose(bar.models.known[at].id)
            onPressedChanged: if (pressed) bar.models.refresh()
        }
        AppButton {
            objectName: "new"
            symbol: "plus"
            text: bar.tight ? "" : qsTr("New conversation")
            Accessible.name: qsTr("New conversation")
            Layout.preferredWidth: bar.tight ? theme.control : implicitWidth
            leftPadding: bar.tight ? 0 : theme.space * 1.75
            rightPadding: leftPadding
            onClicked: bar.conversation.begin()
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: theme.border
    }
}
