import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: page
    required property var conversation
    readonly property real widest: 820
    focus: true
    Keys.onEscapePressed: event => {
        event.accepted = conversation.busy
        conversation.stop()
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        TopBar {
            conversation: page.conversation
            Layout.fillWidth: true
        }
        ListView {
            id: list
            objectName: "messages"
            Layout.fillWidth: true
            Layout.fillHeight: true
            model: page.conversation.messages
            spacing: theme.space * 0.75
            header: Item { height: theme.space * 3 }
            footer: Item { height: theme.space * 2 }
            clip: true
            reuseItems: true
            cacheBuffer: 400
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            ScrollBar.vertical: AppScrollBar {
                onPressedChanged: if (!pressed) list.following = list.atYEnd
            }
            // Stays at the end while it is there; somebody who reads further up is left alone.
            property bool following: true
            function toEnd() {
                following = true
                positionViewAtEnd()
            }
            function scroll(by) {
                contentY = Math.max(originY, Math.min(contentY + by, originY + contentHeight - height))
                following = atYEnd
            }
            onMovementEnded: following = atYEnd
            onContentHeightChanged: if (following && !moving) Qt.callLater(positionViewAtEnd)
            onHeightChanged: if (following) Qt.callLater(positionViewAtEnd)
            onCountChanged: if (following) Qt.callLater(positionViewAtEnd)
            Keys.onPressed: event => {
                const step = ({})
                step[Qt.Key_Up] = -theme.body * 4
                step[Qt.Key_Down] = theme.body * 4
                step[Qt.Key_PageUp] = -height * 0.9
                step[Qt.Key_PageDown] = height * 0.9
                if (step[event.key] !== undefined) {
                    scroll(step[event.key])
                    event.accepted = true
                } else if (event.key === Qt.Key_Home) {
                    following = false
                    positionViewAtBeginning()
                    event.accepted = true
                } else if (event.key === Qt.Key_End) {
                    toEnd()
                    event.accepted = true
                }
            }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Messages")
            delegate: MessageItem {
                width: list.width
                widest: page.widest
                conversation: page.conversation
                last: index === list.count - 1
                onLinked: link => links.show([link])
                onListed: found => links.show(found)
                onEdited: key => composer.change(key)
            }
            Rectangle {
                anchors.fill: parent
                anchors.margins: 1
                visible: list.activeFocus
                color: "transparent"
                border.width: 2
                border.color: theme.focus
            }
            EmptyState {
                visible: list.count === 0
                anchors.centerIn: parent
                width: Math.min(parent.width - theme.space * 8, 560)
                symbol: "chat"
                title: qsTr("What can I do for you?")
                detail: qsTr("Everything stays on this machine. Ask, or drop a picture here.")
            }
            AppButton {
                objectName: "to-end"
                visible: list.count > 0 && !list.following && !list.atYEnd
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: theme.space
                symbol: "down"
                text: qsTr("To the end")
                onClicked: list.toEnd()
            }
            DropArea {
                anchors.fill: parent
                keys: ["text/uri-list"]
                onDropped: event => {
                    page.conversation.tray.addFiles(event.urls)
                    event.accept(Qt.CopyAction)
                }
            }
        }
        MendingBanner {
            error: page.conversation.error
            Layout.fillWidth: true
            Layout.maximumWidth: page.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.margins: visible ? theme.space : 0
            onDismissed: page.conversation.dismiss()
        }
        FitCard {
            conversation: page.conversation
            // Top bar, card of four lines, question field and a message: 360 at the usual size.
            roomy: page.height > theme.body * 24
            Layout.fillWidth: true
            Layout.maximumWidth: page.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space
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
            id: composer
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
    LinkDialog {
        id: links
        conversation: page.conversation
    }
    Connections {
        target: page.conversation
        // By sentence: a screen reader that is told every token says nothing that can be understood.
        function onAnnounced(sentence) { list.Accessible.announce(sentence) }
        function onShown() { list.toEnd() }
    }
}
