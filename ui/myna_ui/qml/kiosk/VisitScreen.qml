// A visit: a conversation, and its end.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: visit
    objectName: "visit"
    readonly property var conversation: desktop.conversation
    readonly property bool typing: kiosk.inputs.indexOf("text") >= 0
    readonly property bool wide: width > height
    readonly property real widest: theme.body * 44
    // There is no room for all at once.
    readonly property bool low: height < 640
    property bool keys: false
    // What was agreed to in this visit, and what is asked for now: "microphone" or "camera".
    property var agreed: ({})
    property string asking: ""
    // A card before the visit: "camera" or "offered".
    property string card: ""
    readonly property bool pictured: conversation.tray.count > 0
    readonly property var about: kiosk.pictureQuestions.length > 0 ? kiosk.pictureQuestions : [qsTr("What does it say?"), qsTr("What is this?")]
    focus: true

    function send() {
        if (field.text.trim() === "" || conversation.busy || conversation.tray.busy)
            return
        kiosk.ask(field.text)
        field.clear()
        keys = false
    }

    function open(what) {
        keys = false
        if (what === "microphone")
            ways.listening.begin()
        else
            card = what
    }
    function want(what) {
        if (agreed[what])
            open(what)
        else
            asking = what
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        enabled: kiosk.countdown < 0 && visit.asking === "" && visit.card === ""

        VisitBar { Layout.fillWidth: true }
        Rectangle {
            objectName: "smaller"
            visible: kiosk.smaller !== ""
            color: theme.accentSoft
            Layout.fillWidth: true
            Layout.preferredHeight: visible ? why.implicitHeight + theme.space * 2 : 0
            Accessible.role: Accessible.AlertMessage
            Accessible.name: why.text
            Words {
                id: why
                x: theme.space * 2
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - theme.space * 4
                horizontalAlignment: Text.AlignHCenter
                color: theme.onAccentSoft
                text: kiosk.smaller === "temperature" ? qsTr("This machine is warm, so a smaller model answers for a while.")
                    : kiosk.smaller === "memory" ? qsTr("Memory is short, so a smaller model answers for a while.")
                    : qsTr("A smaller model answers for a while.")
            }
        }
        ListView {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            model: visit.conversation.messages
            spacing: theme.space * 2
            topMargin: theme.space * 2
            bottomMargin: theme.space * 2
            clip: true
            reuseItems: false
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: AppScrollBar {}
            property bool following: true
            onMovementEnded: following = atYEnd
            onContentHeightChanged: if (following) Qt.callLater(positionViewAtEnd)
            onHeightChanged: if (following) Qt.callLater(positionViewAtEnd)
            onCountChanged: { following = true; Qt.callLater(positionViewAtEnd) }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Messages")
            delegate: KioskMessage {
                width: list.width
                widest: visit.widest
            }
            ColumnLayout {
                visible: list.count === 0
                anchors.centerIn: parent
                width: Math.min(parent.width - theme.space * 8, visit.widest)
                spacing: theme.space * 2
                Heading {
                    objectName: "opening"
                    text: kiosk.texts.opening || qsTr("What can I do for you?")
                    font.pixelSize: theme.title * 1.15
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                }
            }
        }
        PictureStrip {
            conversation: visit.conversation
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space * 2
        }
        Flow {
            visible: (visit.pictured || kiosk.suggestions.length > 0) && !visit.keys
            spacing: theme.space * 1.5
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space * (visit.low ? 1 : 2)
            Repeater {
                model: visit.pictured ? visit.about : kiosk.suggestions
                Suggestion {
                    required property string modelData
                    required property int index
                    objectName: (visit.pictured ? "about-" : "suggestion-") + index
                    text: modelData
                    widest: Math.min(visit.widest, visit.width - theme.space * 4)
                    // The picture is still on its way, and would not go along.
                    enabled: !visit.conversation.tray.busy
                    onClicked: visit.pictured ? kiosk.askAbout(modelData) : kiosk.suggest(index)
                }
            }
        }
        Ways {
            id: ways
            visible: some && !(visit.keys && visit.low)
            onMicrophoneWanted: visit.want("microphone")
            onCameraWanted: visit.want("camera")
            onPictureWanted: visit.open("offered")
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: visible ? theme.space * (visit.low ? 1 : 2) : 0
        }
        RowLayout {
            visible: visit.typing
            spacing: theme.space * 1.5
            Layout.topMargin: visit.low ? 0 : theme.space
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space * (visit.low ? 1 : 2)
            Field {
                id: field
                objectName: "question"
                focus: true
                maximumLength: 2000
                placeholderText: qsTr("Touch here to type a question")
                font.pixelSize: theme.large
                implicitHeight: theme.control * 1.35
                Layout.fillWidth: true
                onPressed: visit.keys = true
                onAccepted: visit.send()
                Keys.onEscapePressed: visit.keys = false
            }
            AppButton {
                objectName: "send"
                kind: "primary"
                symbol: visit.conversation.busy ? "stop" : "send"
                implicitHeight: theme.control * 1.35
                implicitWidth: implicitHeight
                leftPadding: 0
                rightPadding: 0
                enabled: visit.conversation.busy || (field.text.trim() !== "" && !visit.conversation.tray.busy)
                Accessible.name: visit.conversation.busy ? qsTr("Stop") : qsTr("Send")
                onClicked: visit.conversation.busy ? visit.conversation.stop() : visit.send()
            }
            AppButton {
                visible: visit.keys
                objectName: "keys-away"
                symbol: "down"
                implicitHeight: theme.control * 1.35
                implicitWidth: implicitHeight
                leftPadding: 0
                rightPadding: 0
                Accessible.name: qsTr("Put the keyboard away")
                onClicked: visit.keys = false
            }
        }
        Loader {
            active: visit.keys
            visible: active
            Layout.fillWidth: true
            Layout.preferredHeight: active && item ? item.implicitHeight : 0
            sourceComponent: Keyboard {
                target: field
                voice: ways.voice
                low: visit.low
                onSent: visit.send()
            }
        }
    }
    Loader {
        anchors.fill: parent
        active: visit.asking !== ""
        sourceComponent: ConsentCard {
            readonly property bool seeing: visit.asking === "camera"
            symbol: visit.asking
            question: seeing ? qsTr("May I look?") : qsTr("May I listen?")
            told: seeing ? kiosk.texts.cameraConsent || qsTr("The camera sees you and people near you. One picture is taken, when you touch the button. It is looked at on this machine, goes nowhere else, and is deleted when your visit ends.")
                : kiosk.texts.consent || qsTr("The microphone hears you and people near you. What it hears becomes text on this machine, goes nowhere else, and is deleted when your visit ends.")
            yes: seeing ? qsTr("Yes, look") : qsTr("Yes, listen")
            onAgreed: {
                const what = visit.asking
                visit.agreed[what] = true
                visit.asking = ""
                visit.open(what)
            }
            onRefused: visit.asking = ""
        }
        onLoaded: item.forceActiveFocus()
    }
    Loader {
        anchors.fill: parent
        active: visit.card !== ""
        sourceComponent: visit.card === "camera" ? camera : offered
        onLoaded: item.forceActiveFocus()
    }
    Component {
        id: camera
        CameraCard { onDone: visit.card = "" }
    }
    Component {
        id: offered
        OfferedCard { onDone: visit.card = "" }
    }
    Loader {
        anchors.fill: parent
        active: kiosk.countdown >= 0
        sourceComponent: CountdownCard {}
        onLoaded: item.forceActiveFocus()
        onActiveChanged: if (!active) field.forceActiveFocus()
    }
}
