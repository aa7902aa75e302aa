import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: page
    required property var conversation
    readonly property real widest: 820
    focus: true

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        ListView {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            model: page.conversation.messages
            spacing: theme.space * 2
            topMargin: theme.space * 3
            bottomMargin: theme.space * 3
            clip: true
            reuseItems: true
            cacheBuffer: 800
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: AppScrollBar {}
            // Stays at the end while it is there; somebody who reads further up is left alone.
            property bool following: true
            onMovementEnded: following = atYEnd
            onContentHeightChanged: if (following) Qt.callLater(positionViewAtEnd)
            onCountChanged: { following = true; Qt.callLater(positionViewAtEnd) }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Messages")
            delegate: MessageItem {
                width: list.width
                widest: page.widest
            }
            EmptyState {
                visible: list.count === 0
                anchors.centerIn: parent
                width: Math.min(parent.width - theme.space * 8, 560)
                symbol: "chat"
                title: qsTr("What can I do for you?")
                detail: qsTr("Everything stays on this machine. Ask, or drop a picture here.")
            }
        }
        Banner {
            error: page.conversation.error
            Layout.fillWidth: true
            Layout.maximumWidth: page.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.margins: visible ? theme.space : 0
            onDismissed: page.conversation.dismiss()
        }
        VoiceStrip {
            Layout.fillWidth: true
            Layout.maximumWidth: page.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space
        }
        Composer {
            conversation: page.conversation
            focus: true
            Layout.fillWidth: true
            Layout.maximumWidth: page.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space * 2
        }
    }
}
