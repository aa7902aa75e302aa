// Talking with Myna: how, with which devices, in which voice; and a test of it all.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    title: qsTr("Voice")
    detail: qsTr("Talk with Myna, and hear its answers.")
    error: panel.error
    widest: 760
    onDismissed: panel.dismiss()
    onVisibleChanged: if (visible) panel.act("look")
    Component.onCompleted: panel.act("look")
    readonly property var voice: panel.state
    readonly property string trial: voice.trial || ""
    readonly property bool wide: width > theme.body * 44
    readonly property bool saving: changes.busy

    function put(name, value) { changes.put(name, String(value)) }
    function troubleIn(place) {
        return voice.trouble && voice.trouble.place === place ? voice.trouble : ({})
    }
    function deviceName(device) {
        if (device.value === "")
            return device.name ? qsTr("The system's choice (%1)").arg(device.name) : qsTr("The system's choice (there is none)")
        return device.missing ? qsTr("%1 (not connected)").arg(device.name) : device.name
    }
    function voiceName(one) {
        if (one.value === "")
            return one.missing ? qsTr("By language (none is installed)") : qsTr("By language")
        if (one.missing)
            return qsTr("%1 (not installed)").arg(one.name)
        const spoken = one.languages.map(code => Qt.locale(code).nativeLanguageName || code)
        return spoken.length ? one.name + " (" + spoken.join(", ") + ")" : one.name
    }

    Saving { id: changes; to: panel; action: "set" }
    Connections {
        target: desktop
        function onSettingsChanged() { panel.act("settings") }
    }

    component Trouble: MendingBanner {
        property string place
        error: page.troubleIn(place)
        onDismissed: panel.act("calm")
        Layout.fillWidth: true
    }
    component Caption: Words {
        font.pixelSize: theme.large
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
        Layout.fillWidth: true
    }
    // A name with what can be chosen beside it, or below it where there is little room.
    component Line: GridLayout {
        id: line
        property string label
        default property alias content: holder.data
        columns: page.wide ? 2 : 1
        columnSpacing: theme.space * 2
        rowSpacing: theme.space * 0.5
        Layout.fillWidth: true
        Words {
            text: line.label
            lineHeight: 1
            Layout.preferredWidth: theme.body * 11
            Accessible.ignored: true
        }
        RowLayout {
            id: holder
            spacing: theme.space * 1.5
            Layout.fillWidth: true
        }
    }
    component Pick: Choice {
        property var options: []
        property string wanted
        // What the person has just chosen stays until it is saved.
        readonly property bool saving: page.saving
        signal picked(string value)
        textRole: "text"
        valueRole: "value"
        model: options
        Layout.fillWidth: true
        onModelChanged: Qt.callLater(sync)
        onWantedChanged: Qt.callLater(sync)
        onSavingChanged: Qt.callLater(sync)
        Component.onCompleted: sync()
        onActivated: index => picked(options[index].value)
        function sync() {
            if (!saving)
                currentIndex = options.findIndex(option => option.value === wanted)
        }
    }

    Trouble { place: "talk" }

    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.5
            Caption { text: qsTr("How to talk") }
            Line {
                label: qsTr("The microphone")
                Pick {
                    objectName: "listen"
                    name: qsTr("The microphone")
                    options: [
                        {value: "open", text: qsTr("Opens and closes with the button")},
                        {value: "push-to-talk", text: qsTr("Is open while the button is held")},
                        {value: "wake", text: qsTr("Waits for “%1”").arg(page.voice.wake_phrase || "")}
                    ]
                    wanted: page.voice.listen || "open"
                    onPicked: value => page.put("listen", value)
                }
            }
            Line {
                label: qsTr("Key")
                Pick {
                    objectName: "talk-key"
                    name: qsTr("Key")
                    options: [{value: "", text: qsTr("None")}].concat([2, 3, 4, 5, 6, 7, 8, 9, 10, 12].map(number => ({value: "F" + number, text: "F" + number})))
                    wanted: page.voice.talk_key || ""
                    onPicked: value => page.put("talk_key", value)
                }
            }
            Switcher {
                objectName: "barge-in"
                text: qsTr("Speaking interrupts the answer")
                enabled: page.voice.echo !== "half-duplex"
                checked: !!page.voice.barge_in && enabled
                Layout.fillWidth: true
                onToggled: page.put("barge_in", checked)
            }
            Words {
                visible: page.voice.echo === "half-duplex"
                text: qsTr("While Myna speaks it is deaf, so that it does not hear itself: echo is not cancelled here.")
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
            Words {
                text: page.voice.session === "open" ? qsTr("A voice conversation is open. It is on the conversation page.") : qsTr("To talk, use the microphone beside the question on the conversation page.")
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
        }
    }
    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.5
            RowLayout {
                Layout.fillWidth: true
                Caption { text: qsTr("Microphone") }
                IconButton {
                    objectName: "look"
                    symbol: "retry"
                    text: qsTr("Look for devices again")
                    enabled: panel.busy.indexOf("look") < 0
                    onClicked: panel.act("look")
                }
            }
            Line {
                label: qsTr("Device")
                Pick {
                    objectName: "microphones"
                    name: qsTr("Microphone")
                    options: (page.voice.microphones || []).map(device => ({value: device.value, text: page.deviceName(device)}))
                    wanted: page.voice.microphone || ""
                    onPicked: value => page.put("microphone", value)
                }
            }
            Line {
                label: qsTr("Test")
                AppButton {
                    objectName: "try-microphone"
                    symbol: page.trial === "recording" ? "stop" : "microphone"
                    text: page.trial === "recording" ? qsTr("Stop") : qsTr("Record 3 seconds")
                    enabled: page.trial === "" || page.trial === "recording"
                    onClicked: panel.act(page.trial === "recording" ? "stop" : "try_microphone")
                }
                LevelMeter {
                    objectName: "trial-level"
                    name: qsTr("Level of the microphone")
                    value: page.voice.level || 0
                    Layout.fillWidth: true
                    Layout.maximumWidth: theme.body * 12
                }
            }
            Words {
                objectName: "trial-result"
                visible: text !== ""
                Layout.fillWidth: true
                text: {
                    switch (page.trial) {
                    case "recording": return qsTr("Say something. %1 s left.").arg(page.voice.left || 0)
                    case "playing": return qsTr("This is how you sound.")
                    case "understanding": return qsTr("Listening to what you said …")
                    }
                    if (page.trial === "" && page.voice.heard)
                        return qsTr("Understood: “%1”").arg(page.voice.heard)
                    return page.trial === "" && page.voice.quiet ? qsTr("Nothing was heard. Is the microphone muted, or another one chosen?") : ""
                }
            }
            Trouble { place: "microphone" }
        }
    }
    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.5
            Caption { text: qsTr("Loudspeaker and voice") }
            Line {
                label: qsTr("Device")
                Pick {
                    objectName: "loudspeakers"
                    name: qsTr("Loudspeaker")
                    options: (page.voice.loudspeakers || []).map(device => ({value: device.value, text: page.deviceName(device)}))
                    wanted: page.voice.loudspeaker || ""
                    onPicked: value => page.put("loudspeaker", value)
                }
            }
            Line {
                label: qsTr("Spoken by")
                Pick {
                    objectName: "voices"
                    name: qsTr("Spoken by")
                    options: (page.voice.voices || []).map(one => ({value: one.value, text: page.voiceName(one)}))
                    wanted: page.voice.voice || ""
                    onPicked: value => page.put("voice", value)
                }
            }
            Line {
                label: qsTr("Speed")
                AppSlider {
                    id: speed
                    objectName: "speed"
                    name: qsTr("Speed")
                    from: 0.5
                    to: 2
                    stepSize: 0.05
                    value: page.voice.speed || 1
                    Layout.fillWidth: true
                    onChosen: number => page.put("speed", number.toFixed(2))
                }
                Words { text: speed.shown; muted: true; lineHeight: 1; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: theme.body * 3.5; Accessible.ignored: true }
            }
            Line {
                label: qsTr("Volume")
                AppSlider {
                    id: volume
                    objectName: "volume"
                    name: qsTr("Volume")
                    from: 0
                    to: 2
                    stepSize: 0.05
                    value: page.voice.volume === undefined ? 1 : page.voice.volume
                    Layout.fillWidth: true
                    onChosen: number => page.put("volume", number.toFixed(2))
                }
                Words { text: volume.shown; muted: true; lineHeight: 1; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: theme.body * 3.5; Accessible.ignored: true }
            }
            Line {
                label: qsTr("Test")
                Field {
                    id: sentence
                    objectName: "sentence"
                    text: qsTr("Good morning. This is how I sound.")
                    placeholderText: qsTr("A sentence to speak")
                    maximumLength: 300
                    onTextChanged: if (!activeFocus) cursorPosition = 0
                    Layout.fillWidth: true
                    onAccepted: if (speak.enabled) speak.clicked()
                }
                AppButton {
                    id: speak
                    objectName: "try-voice"
                    symbol: page.trial === "speaking" ? "stop" : "speaker"
                    text: page.trial === "speaking" ? qsTr("Stop") : qsTr("Speak")
                    enabled: page.trial === "speaking" || (page.trial === "" && sentence.text.trim() !== "")
                    onClicked: page.trial === "speaking" ? panel.act("stop") : panel.act("try_voice", {text: sentence.text, language: desktop.language})
                }
            }
            Trouble { place: "voice" }
        }
    }
    RowLayout {
        spacing: theme.space * 1.5
        Layout.fillWidth: true
        Layout.leftMargin: theme.space * 2
        Layout.rightMargin: theme.space * 2
        Icon { name: "lock"; color: theme.muted; Layout.alignment: Qt.AlignTop }
        Words {
            text: qsTr("No sound is ever recorded to disk. What you say stays in memory until it was understood, and only its text becomes part of the conversation.")
            muted: true
            Layout.fillWidth: true
        }
    }
}
