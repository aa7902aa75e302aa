// What can be done with a message.
import QtQuick
import Myna.Ui

Row {
    id: actions
    required property var message
    property bool hovered: false
    spacing: 0
    readonly property bool within: {
        for (let at = 0; at < children.length; at++)
            if (children[at].activeFocus)
                return true
        return false
    }
    opacity: !actions.message.mine || hovered || within || theme.touch || actions.message.branches > 1 ? 1 : 0
    Behavior on opacity { NumberAnimation { duration: theme.motion } }

    Loader {
        active: actions.message.branches > 1
        visible: active
        anchors.verticalCenter: parent.verticalCenter
        sourceComponent: BranchSteps {
            place: actions.message.place
            branches: actions.message.branches
            onStepped: by => actions.message.conversation.step(actions.message.key, by)
        }
    }
    IconButton {
        id: copy
        objectName: "copy"
        property bool done: false
        visible: actions.message.summary !== ""
        symbol: done ? "check" : "copy"
        text: done ? qsTr("Copied") : qsTr("Copy")
        onClicked: {
            actions.message.conversation.copy(actions.message.conversation.text(actions.message.key))
            done = true
            again.restart()
        }
        Timer { id: again; interval: 1600; onTriggered: copy.done = false }
    }
    IconButton {
        objectName: "edit"
        visible: actions.message.mine
        enabled: !actions.message.conversation.busy
        symbol: "edit"
        text: qsTr("Edit and ask again")
        onClicked: actions.message.edited(actions.message.key)
    }
    IconButton {
        objectName: "regenerate"
        visible: !actions.message.mine && actions.message.last
        enabled: !actions.message.conversation.busy
        symbol: "retry"
        text: qsTr("Answer again")
        onClicked: actions.message.conversation.regenerate()
    }
    IconButton {
        objectName: "thumb-up"
        visible: !actions.message.mine && !!actions.message.stored && actions.message.conversation.recorded
        symbol: "thumb-up"
        chosen: actions.message.rating === "up"
        text: chosen ? qsTr("Good answer, chosen") : qsTr("Good answer")
        onClicked: actions.message.conversation.rate(actions.message.key, chosen ? "" : "up")
    }
    IconButton {
        objectName: "thumb-down"
        visible: !actions.message.mine && !!actions.message.stored && actions.message.conversation.recorded
        symbol: "thumb-down"
        chosen: actions.message.rating === "down"
        text: chosen ? qsTr("Bad answer, chosen") : qsTr("Bad answer")
        onClicked: actions.message.conversation.rate(actions.message.key, chosen ? "" : "down")
    }
    IconButton {
        objectName: "links"
        visible: actions.message.over && !actions.message.mine && !!actions.message.blocks && actions.message.blocks.links.length > 0
        symbol: "link"
        text: qsTr("Links")
        onClicked: actions.message.listed(actions.message.blocks.links)
    }
    IconButton {
        objectName: "timings"
        visible: !actions.message.mine && !!actions.message.stats && !!actions.message.stats.stages
        symbol: "gauge"
        chosen: actions.message.opened
        text: actions.message.opened ? qsTr("Hide timings") : qsTr("Show timings")
        onClicked: actions.message.opened = !actions.message.opened
    }
}
