// The microphone beside the question: held to talk, or pressed to open and to close it, as the person has chosen.
// It hides where no plugin offers to listen.
import QtQuick
import Myna.Ui

IconButton {
    id: control
    objectName: "voice"
    readonly property var panel: desktop.pages.some(page => page.name === "voice") ? desktop.panel("voice") : null
    readonly property string session: panel && panel.state.session || "closed"
    readonly property bool byHand: !!panel && panel.state.listen === "push-to-talk"
    readonly property string talkKey: panel && panel.state.talk_key || ""
    // The button or the key is held.
    property bool held: false
    // A finger or a mouse is on it: the click that follows means nothing more.
    property bool touched: false

    visible: !!panel
    symbol: panel && panel.state.muted ? "microphone-off" : "microphone"
    chosen: session !== "closed" && (!byHand || held)
    text: {
        if (byHand)
            return talkKey ? qsTr("Hold to talk (%1)").arg(talkKey) : qsTr("Hold to talk")
        if (session !== "closed")
            return qsTr("End the voice conversation")
        return talkKey ? qsTr("Talk (%1)").arg(talkKey) : qsTr("Talk")
    }
    Accessible.checkable: true
    Accessible.checked: chosen

    onHeldChanged: if (panel) panel.act(held ? "press" : "release")
    onPressedChanged: if (byHand) { touched = touched || pressed; held = pressed }
    onCanceled: touched = false
    onClicked: {
        if (!byHand)
            panel.act("toggle")
        else if (!touched)
            held = !held // By Return or a screen reader, for those who cannot hold it.
        touched = false
    }
    onActiveFocusChanged: if (!activeFocus && !key.down) held = false
    // The key goes on where the button cannot be seen.
    onVisibleChanged: {
        touched = false
        if (!key.down)
            held = false
    }
    onEnabledChanged: letGo()
    onByHandChanged: letGo()
    Keys.onSpacePressed: event => {
        event.accepted = byHand
        if (byHand && !event.isAutoRepeat)
            held = true
    }
    Keys.onReleased: event => {
        event.accepted = byHand && event.key === Qt.Key_Space
        if (event.accepted && !event.isAutoRepeat)
            held = false
    }

    function letGo() {
        key.down = touched = held = false
    }

    // The key that talks from any page of the window; it gets what nobody else wanted.
    Item {
        id: key
        // What cannot be seen gets no keys, and this page may be hidden.
        parent: control.Window.window ? control.Window.window.contentItem : control
        property bool down: false
        function meant(event) {
            return control.enabled && !!control.panel && control.talkKey !== "" && event.key === Qt.Key_F1 + Number(control.talkKey.slice(1)) - 1
        }
        Keys.onPressed: event => {
            event.accepted = meant(event)
            if (!event.accepted || event.isAutoRepeat)
                return
            if (control.byHand)
                down = control.held = true
            else
                control.panel.act("toggle")
        }
        Keys.onReleased: event => {
            event.accepted = meant(event)
            if (event.accepted && !event.isAutoRepeat && down)
                down = control.held = false
        }
    }
    Connections {
        target: control.Window.window
        function onActiveChanged() {
            if (!control.Window.window.active)
                control.letGo()
        }
    }
    Connections {
        target: desktop
        function onSettingsChanged() {
            if (control.panel)
                control.panel.act("settings")
        }
    }
    Window.onWindowChanged: if (Window.window) Window.window.contentItem.Keys.forwardTo = [key]
}
