// Above the question while somebody talks: whose turn it is, how loud it is, and what is understood.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: strip
    readonly property var panel: desktop.pages.some(page => page.name === "voice") ? desktop.panel("voice") : null
    readonly property var voice: panel ? panel.state : ({})
    readonly property bool open: (voice.session || "closed") !== "closed"
    readonly property bool byHand: voice.listen === "push-to-talk"
    readonly property var trouble: voice.trouble && voice.trouble.place === "talk" ? voice.trouble : ({})
    readonly property string stable: voice.stable || ""
    readonly property string rest: voice.rest || ""
    // It has its place on every page, and shows in one at a time.
    property bool here: true
    visible: here && (open || !!trouble.message || remark !== "")
    spacing: theme.space

    readonly property string remark: {
        if (voice.remark === "nothing-said")
            return byHand && !open ? "" : qsTr("Nothing was understood.")
        return voice.remark === "awake" ? qsTr("Yes?") : ""
    }
    readonly property string turn: {
        if (voice.session === "opening")
            return qsTr("Getting ready. You can speak already.")
        if (voice.lost && voice.lost.length)
            return qsTr("%1 is gone. Waiting for it.").arg(voice.lost.join(", "))
        if (voice.floor === "myna")
            return qsTr("Myna is speaking")
        if (voice.floor === "thinking")
            return qsTr("Thinking …")
        if (voice.muted)
            return qsTr("The microphone is muted")
        if (voice.floor === "person")
            return byHand ? qsTr("Listening to you") : qsTr("You are speaking")
        if (byHand && !voice.held)
            return voice.talk_key ? qsTr("Hold the button or %1, and speak").arg(voice.talk_key) : qsTr("Hold the button, and speak")
        if (voice.listen === "wake")
            return qsTr("Listening for “%1”").arg(voice.wake_phrase || "")
        return qsTr("Listening")
    }
    readonly property string picture: {
        if (voice.session === "opening" || voice.floor === "thinking")
            return "more"
        if (voice.lost && voice.lost.length)
            return "warning"
        if (voice.floor === "myna")
            return "speaker"
        return voice.muted ? "microphone-off" : voice.floor === "person" ? "user" : "microphone"
    }
    function escaped(text) {
        return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    }

    MendingBanner {
        error: strip.trouble
        Layout.fillWidth: true
        onDismissed: strip.panel.act("calm")
    }
    Rectangle {
        visible: strip.open
        color: theme.surface
        radius: theme.radius * 2
        border.width: 1
        border.color: theme.border
        Layout.fillWidth: true
        implicitHeight: inside.implicitHeight + theme.space * 2

        ColumnLayout {
            id: inside
            x: theme.space * 1.5
            y: theme.space
            width: parent.width - x * 2
            spacing: theme.space

            // Too narrow for one line, the buttons go below.
            GridLayout {
                columns: strip.width < theme.body * 34 ? 1 : 2
                columnSpacing: theme.space
                rowSpacing: theme.space * 0.5
                Layout.fillWidth: true
                RowLayout {
                    spacing: theme.space * 1.25
                    Layout.fillWidth: true
                    Icon { name: strip.picture; color: theme.accent }
                    Words {
                        id: words
                        objectName: "turn"
                        lineHeight: 1
                        text: strip.turn + (strip.remark ? "  ·  " + strip.remark : "")
                        Accessible.role: Accessible.StatusBar
                        Layout.fillWidth: true
                        onTextChanged: if (strip.open && visible) Accessible.announce(words.text)
                    }
                }
                RowLayout {
                    spacing: theme.space * 0.5
                    LevelMeter {
                        objectName: "level"
                        name: qsTr("Level of the microphone")
                        value: strip.voice.level || 0
                        Layout.rightMargin: theme.space
                    }
                    Item { visible: strip.width < theme.body * 34; Layout.fillWidth: true }
                    IconButton {
                        objectName: "silence"
                        visible: strip.voice.floor === "myna"
                        symbol: "speaker-off"
                        text: qsTr("Stop speaking")
                        onClicked: strip.panel.act("silence")
                    }
                    IconButton {
                        objectName: "mute"
                        symbol: strip.voice.muted ? "microphone-off" : "microphone"
                        chosen: !!strip.voice.muted
                        text: strip.voice.muted ? qsTr("Unmute the microphone") : qsTr("Mute the microphone")
                        Accessible.checkable: true
                        Accessible.checked: chosen
                        onClicked: strip.panel.act("mute", {on: !strip.voice.muted})
                    }
                    IconButton {
                        objectName: "end-voice"
                        symbol: "close"
                        text: qsTr("End the voice conversation")
                        onClicked: strip.panel.act("end")
                    }
                }
            }
            Item {
                visible: strip.stable !== "" || strip.rest !== ""
                clip: true
                Layout.fillWidth: true
                Layout.preferredHeight: Math.min(said.implicitHeight, theme.body * 4.2)
                // What may still change is muted and slanted.
                Words {
                    id: said
                    objectName: "transcript"
                    width: parent.width
                    anchors.bottom: parent.bottom
                    textFormat: Text.StyledText
                    text: strip.escaped(strip.stable) + (strip.stable && strip.rest ? " " : "") + (strip.rest ? "<i><font color=\"" + theme.muted + "\">" + strip.escaped(strip.rest) + "</font></i>" : "")
                    Accessible.name: strip.stable + " " + strip.rest
                }
            }
        }
    }
}
