// Steps between the branches of a conversation: "2 / 3".
import QtQuick
import Myna.Ui

Row {
    id: steps
    property int place: 1
    property int branches: 1
    signal stepped(int by)
    visible: branches > 1
    IconButton {
        objectName: "branch-before"
        symbol: "left"
        text: qsTr("Branch before")
        side: theme.control * 0.75
        onClicked: steps.stepped(-1)
    }
    Text {
        objectName: "branch"
        text: steps.place + " / " + steps.branches
        color: theme.muted
        font.family: theme.family
        font.pixelSize: theme.small
        anchors.verticalCenter: parent.verticalCenter
        Accessible.role: Accessible.StaticText
        Accessible.name: qsTr("Branch %1 of %2").arg(steps.place).arg(steps.branches)
    }
    IconButton {
        objectName: "branch-after"
        symbol: "right"
        text: qsTr("Branch after")
        side: theme.control * 0.75
        onClicked: steps.stepped(1)
    }
}
