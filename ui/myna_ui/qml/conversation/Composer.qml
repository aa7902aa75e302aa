// Where a question is written, with what goes along.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: composer
    required property var conversation
    readonly property var tray: conversation.tray
    readonly property alias field: field
    // The question that is being changed; empty while a new one is written.
    property string editing
    // The text of that question in the tray, where it is too long for the field; 0: it is in the field.
    property int aside: 0
    // Characters: so much text slows every key, and nobody reads it here.
    readonly property int most: 50000
    readonly property bool sendable: (field.text.trim() !== "" || tray.count > 0) && !conversation.busy && !tray.busy
    implicitHeight: column.height

    function send() {
        if (!sendable)
            return
        if (editing) {
            conversation.edit(editing, field.text)
            editing = ""
            aside = 0
        } else {
            conversation.ask(field.text)
        }
        field.clear()
    }
    function change(key) {
        const text = conversation.text(key)
        if (!key || conversation.busy)
            return
        leave()
        if (text.length > most) {
            // Laid out in the field, it would hold up the window for seconds.
            aside = tray.addText(text)
            if (!aside)
                return
        } else {
            field.text = text
        }
        editing = key
        field.cursorPosition = field.length
        field.forceActiveFocus()
    }
    function leave() {
        editing = ""
        tray.remove(aside)
        aside = 0
        field.clear()
    }

    // Made when it is asked for: it takes as long as the rest of the window.
    Loader {
        id: files
        active: false
        source: "PictureDialog.qml"
        onLoaded: item.open()
        Connections {
            target: files.item
            function onAccepted() { composer.tray.addFiles(files.item.selectedFiles) }
        }
    }
    Connections {
        target: composer.conversation
        // What somebody has begun to write stays, also where it was begun before the other conversation was there.
        function onShown() { if (composer.editing) composer.leave() }
    }

    Column {
        id: column
        width: parent.width
        spacing: theme.space

        Banner {
            id: problem
            objectName: "problem"
            width: parent.width
            kind: "warning"
            error: {
                const found = composer.tray.problem
                return found.problem ? ({message: words(found.problem, found.name), hint: ""}) : found
            }
            onDismissed: composer.tray.dismiss()
            function words(code, name) {
                switch (code) {
                case "folder": return qsTr("\"%1\" is a folder. Drop the pictures in it instead.").arg(name)
                case "too-large": return qsTr("\"%1\" is too large: a picture may have 64 MB.").arg(name)
                case "not-a-picture": return qsTr("\"%1\" is not a picture that can be sent.").arg(name)
                case "unreadable": return qsTr("\"%1\" cannot be read.").arg(name)
                case "no-screen": return qsTr("This desktop lets no program take a picture of the screen. Use its own key for that, then paste the picture here.")
                case "too-many": return qsTr("No more than %1 things go along with a question.").arg(name)
                case "long-text": return qsTr("The pasted text is too long for any model.")
                }
                return qsTr("Myna is still starting. Try again in a moment.")
            }
        }
        Rectangle {
            id: box
            width: parent.width
            height: inside.height + theme.space * 1.5
            radius: theme.radius * 2
            color: theme.surface
            border.width: field.activeFocus || drop.containsDrag ? 2 : 1
            border.color: field.activeFocus || drop.containsDrag ? theme.focus : theme.outline

            Column {
                id: inside
                x: theme.space
                y: theme.space * 0.75
                width: parent.width - x * 2
                spacing: theme.space * 0.5

                RowLayout {
                    visible: composer.editing !== ""
                    width: parent.width
                    Icon { name: "edit"; size: theme.body; color: theme.muted; Layout.leftMargin: theme.space }
                    Words {
                        text: qsTr("Changing a question starts a new branch")
                        muted: true
                        font.pixelSize: theme.small
                        Layout.fillWidth: true
                    }
                    IconButton {
                        objectName: "leave-edit"
                        symbol: "close"
                        text: qsTr("Do not change it")
                        side: theme.control * 0.75
                        onClicked: { composer.leave(); field.forceActiveFocus() }
                    }
                }
                TrayStrip {
                    width: parent.width
                    conversation: composer.conversation
                }
                ScrollView {
                    id: scroll
                    focus: true
                    Accessible.ignored: true
                    width: parent.width
                    height: Math.max(theme.control * 0.9, Math.min(contentHeight, theme.body * 12))
                    contentWidth: availableWidth
                    ScrollBar.vertical: AppScrollBar {
                        parent: scroll
                        x: scroll.width - width
                        height: scroll.height
                    }
                    TextArea {
                        id: field
                        objectName: "question"
                        focus: true
                        width: scroll.availableWidth
                        leftPadding: theme.space
                        rightPadding: theme.space
                        topPadding: theme.space * 0.75
                        bottomPadding: theme.space * 0.5
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
                        // The style's own menu and the middle button would paste a megabyte, which takes minutes to lay out.
                        ContextMenu.menu: null
                        MouseArea {
                            anchors.fill: parent
                            acceptedButtons: Qt.MiddleButton | Qt.RightButton
                            cursorShape: Qt.IBeamCursor
                            onClicked: event => {
                                field.forceActiveFocus()
                                if (event.button === Qt.RightButton)
                                    menu.active ? menu.item.popup() : menu.active = true
                                else
                                    field.insert(field.positionAt(event.x, event.y), composer.tray.selected())
                            }
                        }
                        Loader {
                            id: menu
                            active: false
                            onLoaded: item.popup()
                            sourceComponent: EditMenu {
                                field: composer.field
                                tray: composer.tray
                            }
                        }
                        // However it came in.
                        onLengthChanged: {
                            if (length > composer.most) {
                                composer.tray.addText(text)
                                Qt.callLater(clear)
                            }
                        }
                        // The key that goes on is no part of a question.
                        Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                        Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                        Keys.onPressed: event => {
                            if ((event.key === Qt.Key_Return || event.key === Qt.Key_Enter) && !(event.modifiers & Qt.ShiftModifier) && !field.preeditText) {
                                composer.send()
                                event.accepted = true
                            } else if (event.matches(StandardKey.Paste)) {
                                event.accepted = composer.tray.paste()
                            } else if (event.key === Qt.Key_Up && field.length === 0 && !field.preeditText) {
                                composer.change(composer.conversation.lastQuestion())
                                event.accepted = true
                            } else if (event.key === Qt.Key_Escape && composer.editing) {
                                composer.leave()
                                event.accepted = true
                            }
                        }
                    }
                }
                RowLayout {
                    width: parent.width
                    spacing: 0
                    IconButton {
                        id: attach
                        objectName: "attach"
                        symbol: "picture"
                        text: qsTr("Add pictures")
                        onClicked: files.active ? files.item.open() : files.active = true
                    }
                    IconButton {
                        objectName: "screenshot"
                        symbol: "screen"
                        text: qsTr("Add a picture of the screen")
                        onClicked: composer.tray.screenshot(composer.Window.window)
                    }
                    Item { Layout.fillWidth: true }
                    VoiceControl { Layout.rightMargin: theme.space * 0.5 }
                    AppButton {
                        id: action
                        objectName: "send"
                        kind: "primary"
                        symbol: composer.conversation.busy ? "stop" : "send"
                        leftPadding: 0
                        rightPadding: 0
                        Layout.preferredWidth: theme.control
                        enabled: composer.conversation.busy || composer.sendable
                        Accessible.name: composer.conversation.busy ? qsTr("Stop") : qsTr("Send")
                        onClicked: composer.conversation.busy ? composer.conversation.stop() : composer.send()
                    }
                }
            }
            DropArea {
                id: drop
                anchors.fill: parent
                keys: ["text/uri-list"]
                onDropped: event => {
                    composer.tray.addFiles(event.urls)
                    event.accept(Qt.CopyAction)
                }
            }
        }
    }
}
