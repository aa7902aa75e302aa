import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    title: qsTr("History")
    detail: qsTr("Conversations stay on this machine. What you delete is gone for good.")
    error: panel.error
    onDismissed: panel.dismiss()
    property string asking: ""
    // The last one that was deleted, done or not.
    property string deleted: ""
    readonly property bool deleting: panel.busy.indexOf("delete") >= 0
    property string exporting: ""
    property string written: ""
    readonly property bool found: !!panel.state.query

    // What was said since the page was seen last belongs in the list.
    onVisibleChanged: if (visible) panel.act("refresh")

    function when(text) {
        return new Date(text).toLocaleString(Qt.locale(), Locale.ShortFormat)
    }
    function show(id) {
        desktop.conversation.open(id)
        desktop.page = "conversation"
    }

    Connections {
        target: panel
        function onDone(action, result) {
            if (action === "export")
                page.written = result
            if (action === "delete" && page.asking === result)
                page.asking = ""
            // Typed while this one was under way.
            if (action === "search" && panel.state.query !== search.text.trim())
                later.restart()
        }
    }
    FileDialog {
        id: dialog
        fileMode: FileDialog.SaveFile
        title: qsTr("Export a conversation")
        nameFilters: [qsTr("Markdown (*.md)"), qsTr("PDF (*.pdf)"), qsTr("JSON (*.json)"), qsTr("Text (*.txt)")]
        onAccepted: panel.act("export", {id: page.exporting, file: desktop.path(selectedFile)})
    }
    Field {
        id: search
        objectName: "search"
        symbol: "search"
        placeholderText: qsTr("Search in all conversations")
        Layout.fillWidth: true
        onTextEdited: later.restart()
        Keys.onEscapePressed: { clear(); later.restart() }
        Timer {
            id: later
            interval: 250
            onTriggered: panel.act("search", {query: search.text})
        }
    }
    Banner {
        kind: "info"
        error: page.written ? {message: qsTr("Written to %1").arg(page.written)} : {}
        Layout.fillWidth: true
        onDismissed: page.written = ""
    }

    Repeater {
        model: page.found ? panel.state.hits || [] : []
        Card {
            id: hit
            required property var modelData
            Layout.fillWidth: true
            ColumnLayout {
                width: parent.width
                spacing: theme.space * 0.75
                RowLayout {
                    Words {
                        text: hit.modelData.title || qsTr("Without a title")
                        font.weight: Font.DemiBold
                        elide: Text.ElideRight
                        wrapMode: Text.NoWrap
                        Layout.fillWidth: true
                    }
                    Words { text: page.when(hit.modelData.when); muted: true; font.pixelSize: theme.small }
                }
                Words {
                    Layout.fillWidth: true
                    textFormat: Text.StyledText
                    text: (hit.modelData.role === "user" ? qsTr("You") : "Myna") + ": " + hit.modelData.pieces.map(piece => {
                        const plain = piece.text.replace(/&/g, "&amp;").replace(/</g, "&lt;")
                        return piece.found ? "<b><u>" + plain + "</u></b>" : plain
                    }).join("")
                }
                AppButton {
                    objectName: "open-hit"
                    text: qsTr("Open")
                    onClicked: page.show(hit.modelData.id)
                }
            }
        }
    }
    EmptyState {
        visible: page.found && !!panel.state.hits && panel.state.hits.length === 0
        symbol: "search"
        title: qsTr("Nothing was found")
        detail: qsTr("All words must be in one message. Put a phrase into quotes.")
        Layout.fillWidth: true
        Layout.topMargin: theme.space * 4
    }

    Repeater {
        model: page.found ? [] : panel.state.conversations || []
        Card {
            id: line
            required property var modelData
            readonly property bool going: page.deleting && page.deleted === modelData.id
            readonly property bool sure: going || page.asking === modelData.id
            Layout.fillWidth: true
            padding: theme.space * 1.5
            ColumnLayout {
                width: parent.width
                spacing: theme.space
                RowLayout {
                    spacing: theme.space
                    ColumnLayout {
                        spacing: 2
                        Layout.fillWidth: true
                        Words {
                            text: line.modelData.title || qsTr("Without a title")
                            font.weight: Font.DemiBold
                            elide: Text.ElideRight
                            wrapMode: Text.NoWrap
                            Layout.fillWidth: true
                        }
                        Words {
                            text: page.when(line.modelData.when) + " · " + (line.modelData.messages === 1 ? qsTr("1 message") : qsTr("%1 messages").arg(line.modelData.messages)) + (line.modelData.model ? " · " + line.modelData.model : "")
                            muted: true
                            font.pixelSize: theme.small
                            elide: Text.ElideRight
                            wrapMode: Text.NoWrap
                            Layout.fillWidth: true
                        }
                    }
                    AppButton {
                        objectName: "open"
                        text: qsTr("Open")
                        onClicked: page.show(line.modelData.id)
                    }
                    IconButton {
                        symbol: "download"
                        text: qsTr("Export")
                        onClicked: { page.exporting = line.modelData.id; dialog.open() }
                    }
                    IconButton {
                        objectName: "delete"
                        symbol: "trash"
                        text: qsTr("Delete")
                        enabled: !line.going
                        onClicked: page.asking = line.sure ? "" : line.modelData.id
                    }
                }
                RowLayout {
                    visible: line.sure
                    spacing: theme.space
                    Words {
                        text: line.going ? qsTr("Deleting …") : qsTr("Delete this conversation for good?")
                        Layout.fillWidth: true
                    }
                    AppButton { text: qsTr("Keep"); visible: !line.going; onClicked: page.asking = "" }
                    AppButton {
                        objectName: "really-delete"
                        kind: "danger"
                        symbol: "trash"
                        text: qsTr("Delete")
                        // One after the other.
                        enabled: !page.deleting
                        onClicked: {
                            page.deleted = line.modelData.id
                            desktop.conversation.forget(line.modelData.id)
                            panel.act("delete", {id: line.modelData.id})
                        }
                    }
                }
            }
        }
    }
    AppButton {
        visible: !page.found && !!panel.state.more
        text: qsTr("Older conversations")
        Layout.alignment: Qt.AlignHCenter
        onClicked: panel.act("more")
    }
    EmptyState {
        visible: !page.found && !!panel.state.conversations && panel.state.conversations.length === 0
        symbol: "history"
        title: qsTr("Nothing was said yet")
        detail: qsTr("Conversations appear here, and can be searched, exported and deleted.")
        Layout.fillWidth: true
        Layout.topMargin: theme.space * 6
    }
}
