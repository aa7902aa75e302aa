// A question or an answer.
import QtQuick
import Myna.Ui

Item {
    id: entry
    required property int index
    required property string key
    required property string role
    required property string summary
    required property var blocks
    required property var pictures
    required property string state
    required property var error
    required property var stats
    required property var notes
    required property int place
    required property int branches
    required property string rating
    required property bool stored
    property var conversation
    property real widest: 820
    property bool last: false
    property bool opened: false
    readonly property bool mine: role === "user"
    readonly property bool over: state !== "waiting" && state !== "streaming"
    signal linked(string link)
    signal listed(var links)
    signal edited(string key)
    implicitHeight: bubble.height + actions.height
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You") : "Myna") + ": " + summary
    ListView.onPooled: opened = false

    HoverHandler { id: hover }

    Rectangle {
        id: bubble
        readonly property real room: Math.min(entry.widest, entry.width - theme.space * 4)
        readonly property real wanted: Math.max(entry.pictures.length ? 300 : 0, entry.summary ? body.natural : 0, entry.notes.length ? 420 : 0)
        width: entry.mine ? Math.min(wanted + theme.space * 4 + 2, room * 0.85) : room
        height: column.height + (entry.mine ? theme.space * 2.5 : theme.space)
        x: (entry.width - room) / 2 + (entry.mine ? room - width : 0)
        radius: theme.radius * 1.5
        color: entry.mine ? theme.question : "transparent"
        border.width: entry.mine && theme.highContrast ? 1 : 0
        border.color: theme.border

        Column {
            id: column
            anchors.verticalCenter: parent.verticalCenter
            x: entry.mine ? theme.space * 2 : 0
            width: parent.width - x * 2
            spacing: theme.space

            Thumbnails {
                width: parent.width
                model: entry.pictures
                pictures: entry.conversation.pictures
            }
            Blocks {
                id: body
                objectName: "blocks"
                width: parent.width
                visible: entry.summary !== ""
                model: entry.blocks
                onLinked: link => entry.linked(link)
                onCopied: text => entry.conversation.copy(text)
                onMenuWanted: {
                    selection.held = true
                    menu.active ? menu.item.popup() : menu.active = true
                }
            }
            // Made when it is first asked for.
            Loader {
                id: menu
                active: false
                visible: false
                onLoaded: item.popup()
                sourceComponent: MessageMenu {
                    some: body.selection.text() !== ""
                    onAboutToShow: some = body.selection.text() !== ""
                    onClosed: body.selection.held = false
                    onCopySelection: body.copySelection()
                    onSelectAll: body.selectAll()
                    onCopyAll: entry.conversation.copy(entry.conversation.text(entry.key))
                }
            }
            Loader {
                active: !!entry.blocks && entry.blocks.hidden > 0
                visible: active
                sourceComponent: AppButton {
                    objectName: "show-more"
                    text: qsTr("Show more, %1 characters are left").arg(entry.blocks.hidden.toLocaleString(Qt.locale(), "f", 0))
                    onClicked: entry.blocks.showMore()
                }
            }
            Loader {
                active: entry.state === "waiting"
                visible: active
                sourceComponent: Waiting {}
            }
            Loader {
                active: entry.state === "cancelled" || entry.state === "blocked"
                visible: active
                sourceComponent: Chip {
                    readonly property bool blocked: entry.state === "blocked"
                    symbol: blocked ? "shield" : "stop"
                    kind: blocked ? "warning" : "plain"
                    text: blocked ? qsTr("Blocked by the safety policy") : qsTr("Stopped")
                }
            }
            Notes {
                width: parent.width
                model: entry.notes
            }
            Loader {
                width: parent.width
                active: !!entry.error.message && !(entry.state === "blocked" && entry.summary)
                visible: active
                sourceComponent: MendingBanner {
                    error: entry.error
                    kind: entry.state === "blocked" ? "warning" : "bad"
                    able: entry.last ? ["again", "edit", "release"] : []
                    lasting: true
                    onMended: mend => {
                        if (mend === "edit")
                            entry.edited(entry.conversation.lastQuestion())
                        else if (mend === "release")
                            entry.conversation.release()
                        else
                            entry.conversation.regenerate()
                    }
                }
            }
            Loader {
                width: parent.width
                active: entry.opened
                visible: active
                sourceComponent: Details { stats: entry.stats }
            }
        }
    }
    Loader {
        id: actions
        anchors.top: bubble.bottom
        x: entry.mine ? bubble.x + bubble.width - width : bubble.x - theme.space * 0.75
        // Made when the answer is complete: while it streams, nothing else should take time.
        active: entry.over
        height: active ? theme.control * 0.85 : 0
        sourceComponent: Actions { message: entry; hovered: hover.hovered }
    }
}
