// Where a question is written.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: composer
    required property var conversation
    readonly property bool sendable: field.text.trim() !== "" && !conversation.busy
    implicitHeight: box.height

    function send() {
        if (!sendable)
            return
        conversation.ask(field.text)
        field.clear()
    }

    Rectangle {
        id: box
        width: parent.width
        height: Math.max(theme.control + theme.space * 1.5, Math.min(scroll.contentHeight, theme.body * 12) + theme.space * 2)
        radius: theme.radius * 2
        color: theme.surface
        border.width: field.activeFocus ? 2 : 1
        border.color: field.activeFocus ? theme.focus : theme.outline

        ScrollView {
            id: scroll
            focus: true
            anchors.left: parent.left
            anchors.right: buttons.left
            anchors.verticalCenter: parent.verticalCenter
            anchors.leftMargin: theme.space * 1.5
            height: Math.min(contentHeight, theme.body * 12)
            contentWidth: availableWidth
            TextArea {
                id: field
                objectName: "question"
                focus: true
                width: scroll.availableWidth
                wrapMode: TextEdit.Wrap
                placeholderText: qsTr("Ask something")
                placeholderTextColor: theme.muted
                color: theme.text
                selectionColor: theme.accent
                selectedTextColor: theme.onAccent
                font.family: theme.family
                font.pixelSize: theme.body
                textFormat: TextEdit.PlainText
                background: null
                Accessible.name: placeholderText
                // The key that goes on is no part of a question.
                Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                Keys.onPressed: event => {
                    if ((event.key === Qt.Key_Return || event.key === Qt.Key_Enter) && !(event.modifiers & Qt.ShiftModifier) && !field.preeditText) {
                        composer.send()
                        event.accepted = true
                    }
                }
            }
        }
        Row {
            id: buttons
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: theme.space * 0.9
            spacing: theme.space * 0.5
            VoiceControl { id: voice; anchors.verticalCenter: parent.verticalCenter }
            AppButton {
                id: action
                objectName: "send"
                kind: "primary"
                symbol: composer.conversation.busy ? "stop" : "send"
                width: height
                leftPadding: 0
                rightPadding: 0
                enabled: composer.conversation.busy || composer.sendable
                Accessible.name: composer.conversation.busy ? qsTr("Stop") : qsTr("Send")
                onClicked: composer.conversation.busy ? composer.conversation.stop() : composer.send()
            }
        }
    }
}
