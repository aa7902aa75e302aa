// A question or an answer.
import QtQuick
import Myna.Ui

Item {
    id: item
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
        readonly property real room: Math.min(item.widest, item.width - theme.space * 4)
        readonly property real wanted: Math.max(item.pictures.length ? 300 : 0, item.summary ? body.natural : 0, item.notes.length ? 420 : 0)
        width: item.mine ? Math.min(wanted + theme.space * 4 + 2, room * 0.85) : room
        height: column.height + (item.mine ? theme.space * 2.5 : theme.space)
        x: (item.width - room) / 2 + (item.mine ? room - width : 0)
        radius: theme.radius * 1.5
        color: item.mine ? theme.question : "transparent"
        border.width: item.mine && theme.highContrast ? 1 : 0
        border.color: theme.border

        Column {
            id: column
            anchors.verticalCenter: parent.verticalCenter
            x: item.mine ? theme.space * 2 : 0
            width: parent.width - x * 2
            spacing: theme.space

            Thumbnails {
                width: parent.width
                model: item.pictures
                pictures: item.conversation.pictures
            }
            Blocks {
                id: body
                objectName: "blocks"
                width: parent.width
                visible: item.summary !== ""
                model: item.blocks
                onLinked: link => item.linked(link)
                onCopied: text => item.conversation.copy(text)
            }
            AppButton {
                objectName: "show-more"
                visible: !!item.blocks && item.blocks.hidden > 0
                kind: "plain"
                text: item.blocks ? qsTr("Show more, %1 characters are left").arg(item.blocks.hidden.toLocaleString(Qt.locale(), "f", 0)) : ""
                onClicked: item.blocks.showMore()
            }
            Waiting {
                visible: item.state === "waiting"
            }
            Chip {
                visible: item.state === "cancelled"
                symbol: "stop"
                text: qsTr("Stopped")
            }
            Chip {
                visible: item.state === "blocked"
                symbol: "shield"
                kind: "warning"
                text: qsTr("Blocked by the safety policy")
            }
            Notes {
                width: parent.width
                model: item.notes
            }
            Banner {
                width: parent.width
                error: item.state === "blocked" && item.summary ? ({}) : item.error
                kind: item.state === "blocked" ? "warning" : "bad"
                action: item.last && item.state === "error" ? qsTr("Try again") : ""
                closable: false
                onActed: item.conversation.regenerate()
            }
            Details {
                visible: item.opened
                width: parent.width
                stats: item.stats
            }
        }
    }
    Row {
        id: actions
        anchors.top: bubble.bottom
        x: item.mine ? bubble.x + bubble.width - width : bubble.x - theme.space * 0.75
        height: visible ? theme.control * 0.85 : 0
        visible: item.over
        spacing: 0
        readonly property bool within: {
            for (let at = 0; at < children.length; at++)
                if (children[at].activeFocus)
                    return true
            return false
        }
        opacity: !item.mine || hover.hovered || within || theme.touch || item.branches > 1 ? 1 : 0
        Behavior on opacity { NumberAnimation { duration: theme.motion } }

        BranchSteps {
            place: item.place
            branches: item.branches
            anchors.verticalCenter: parent.verticalCenter
            onStepped: by => item.conversation.step(item.key, by)
        }
        IconButton {
            id: copy
            objectName: "copy"
            property bool done: false
            visible: item.summary !== ""
            symbol: done ? "check" : "copy"
            text: done ? qsTr("Copied") : qsTr("Copy")
            onClicked: {
                item.conversation.copy(item.conversation.text(item.key))
                done = true
                again.restart()
            }
            Timer { id: again; interval: 1600; onTriggered: copy.done = false }
        }
        IconButton {
            objectName: "edit"
            visible: item.mine
            enabled: !item.conversation.busy
            symbol: "edit"
            text: qsTr("Edit and ask again")
            onClicked: item.edited(item.key)
        }
        IconButton {
            objectName: "regenerate"
            visible: !item.mine && item.last
            enabled: !item.conversation.busy
            symbol: "retry"
            text: qsTr("Answer again")
            onClicked: item.conversation.regenerate()
        }
        IconButton {
            objectName: "thumb-up"
            visible: !item.mine && item.stored && item.conversation.recorded
            symbol: "thumb-up"
            chosen: item.rating === "up"
            text: chosen ? qsTr("Good answer, chosen") : qsTr("Good answer")
            onClicked: item.conversation.rate(item.key, chosen ? "" : "up")
        }
        IconButton {
            objectName: "thumb-down"
            visible: !item.mine && item.stored && item.conversation.recorded
            symbol: "thumb-down"
            chosen: item.rating === "down"
            text: chosen ? qsTr("Bad answer, chosen") : qsTr("Bad answer")
            onClicked: item.conversation.rate(item.key, chosen ? "" : "down")
        }
        IconButton {
            objectName: "links"
            visible: item.over && !item.mine && !!item.blocks && item.blocks.links.length > 0
            symbol: "link"
            text: qsTr("Links")
            onClicked: item.listed(item.blocks.links)
        }
        IconButton {
            objectName: "timings"
            visible: !item.mine && !!item.stats.stages
            symbol: "gauge"
            chosen: item.opened
            text: item.opened ? qsTr("Hide timings") : qsTr("Show timings")
            onClicked: item.opened = !item.opened
        }
    }
}
