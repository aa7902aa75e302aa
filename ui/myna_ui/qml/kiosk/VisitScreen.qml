// A visit: a conversation, and its end.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: visit
    readonly property var conversation: desktop.conversation
    readonly property bool typing: kiosk.inputs.indexOf("text") >= 0
    readonly property var names: ({"en": "English", "zh": "中文"})
    readonly property bool wide: width > height
    readonly property real widest: theme.body * 44
    property bool keys: false
    property bool consented: false
    property bool asking: false
    focus: true

    function send() {
        if (field.text.trim() === "" || conversation.busy)
            return
        kiosk.ask(field.text)
        field.clear()
        keys = false
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        enabled: kiosk.countdown < 0 && !visit.asking

        Rectangle {
            color: theme.sunken
            Layout.fillWidth: true
            Layout.preferredHeight: theme.control + theme.space * 3
            RowLayout {
                anchors.fill: parent
                anchors.leftMargin: theme.space * 2
                anchors.rightMargin: theme.space * 2
                spacing: theme.space * 1.5
                Image {
                    source: "../Myna/Ui/myna.svg"
                    sourceSize: Qt.size(96, 96)
                    Layout.preferredWidth: theme.body * 2
                    Layout.preferredHeight: theme.body * 2
                    Accessible.ignored: true
                }
                Words {
                    text: kiosk.texts.greeting || "Myna"
                    font.pixelSize: theme.large
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                    lineHeight: 1
                    wrapMode: Text.NoWrap
                    Layout.fillWidth: true
                }
                Repeater {
                    model: kiosk.languages.length > 1 ? kiosk.languages.filter(code => code !== desktop.language) : []
                    AppButton {
                        required property string modelData
                        objectName: "speak-" + modelData
                        symbol: "globe"
                        text: visit.names[modelData]
                        onClicked: kiosk.speak(modelData)
                    }
                }
                AppButton {
                    objectName: "finish"
                    kind: "primary"
                    symbol: "check"
                    text: qsTr("I am finished")
                    onClicked: kiosk.finish()
                }
            }
        }
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
        Flow {
            visible: kiosk.suggestions.length > 0 && !visit.keys
            spacing: theme.space * 1.5
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space * 2
            Repeater {
                model: kiosk.suggestions
                Suggestion {
                    required property string modelData
                    required property int index
                    objectName: "suggestion-" + index
                    text: modelData
                    widest: Math.min(visit.widest, visit.width - theme.space * 4)
                    onClicked: kiosk.suggest(index)
                }
            }
        }
        VoiceStrip {
            id: speech
            consented: visit.consented
            onWanted: visit.asking = true
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: visible ? theme.space * 2 : 0
        }
        RowLayout {
            visible: visit.typing
            spacing: theme.space * 1.5
            Layout.topMargin: theme.space
            Layout.fillWidth: true
            Layout.maximumWidth: visit.widest
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: theme.space * 2
            Layout.rightMargin: theme.space * 2
            Layout.bottomMargin: theme.space * 2
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
                enabled: visit.conversation.busy || field.text.trim() !== ""
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
                voice: speech.there
                onSent: visit.send()
            }
        }
    }
    Loader {
        anchors.fill: parent
        active: visit.asking
        sourceComponent: ConsentCard {
            onAgreed: { visit.asking = false; visit.consented = true; speech.begin() }
            onRefused: visit.asking = false
        }
        onLoaded: item.forceActiveFocus()
    }
    Loader {
        anchors.fill: parent
        active: kiosk.countdown >= 0
        sourceComponent: CountdownCard {}
        onLoaded: item.forceActiveFocus()
        onActiveChanged: if (!active) field.forceActiveFocus()
    }
}
