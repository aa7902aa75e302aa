// Three screens from nothing to a first answer.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: page
    readonly property int screen: desktop.welcome.screen
    readonly property var models: desktop.ready ? desktop.panel("models") : null
    readonly property real room: Math.min(page.width - theme.space * 6, 640)
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("First steps")

    onScreenChanged: place()
    Component.onCompleted: place()
    function place() {
        scroll.contentY = 0
        if (screen === 2)
            question.field.forceActiveFocus(Qt.OtherFocusReason)
        else
            next.forceActiveFocus(Qt.TabFocusReason)
    }
    function forward() {
        if (screen === 1 && model.installed)
            desktop.welcome.choose(model.chosen)
        desktop.welcome.forward()
    }

    Rectangle { anchors.fill: parent; color: theme.window }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        RowLayout {
            spacing: theme.space
            Layout.fillWidth: true
            Layout.maximumWidth: page.room
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: theme.space * 3
            Image {
                source: "../Myna/Ui/myna.svg"
                sourceSize: Qt.size(64, 64)
                Layout.preferredWidth: theme.body * 2
                Layout.preferredHeight: theme.body * 2
                Accessible.ignored: true
            }
            Words {
                text: "Myna"
                font.pixelSize: theme.large
                font.weight: Font.DemiBold
                Layout.fillWidth: true
            }
            Words {
                text: qsTr("Step %1 of %2").arg(page.screen + 1).arg(3)
                muted: true
                font.pixelSize: theme.small
            }
        }
        Flickable {
            id: scroll
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.topMargin: theme.space * 2
            contentWidth: width
            contentHeight: stack.implicitHeight + theme.space * 4
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: AppScrollBar {}

            Item {
                id: stack
                readonly property Item current: [language, model, question][page.screen]
                width: page.room
                implicitHeight: current.implicitHeight
                x: (scroll.width - width) / 2
                // In the middle where there is room, a little higher than that.
                y: Math.max(theme.space * 2, (scroll.height - implicitHeight) * 0.35)
                LanguageScreen { id: language; width: parent.width; visible: page.screen === 0 }
                ModelScreen { id: model; width: parent.width; visible: page.screen === 1; models: page.models }
                QuestionScreen {
                    id: question
                    width: parent.width
                    visible: page.screen === 2
                    answerable: !model.loaded || model.all.some(one => one.installed && one.task === "chat")
                }
            }
        }
        Rectangle { Layout.fillWidth: true; implicitHeight: 1; color: theme.border }
        RowLayout {
            spacing: theme.space
            Layout.fillWidth: true
            Layout.maximumWidth: page.room
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: theme.space * 2
            Layout.bottomMargin: theme.space * 2
            AppButton {
                objectName: "back"
                visible: page.screen > 0
                symbol: "left"
                text: qsTr("Back")
                onClicked: desktop.welcome.back()
            }
            Item { Layout.fillWidth: true }
            AppButton {
                objectName: "skip"
                kind: "quiet"
                text: page.screen === 1 ? qsTr("Later") : qsTr("Skip the first steps")
                onClicked: page.screen === 1 ? desktop.welcome.forward() : desktop.welcome.end()
            }
            AppButton {
                id: next
                objectName: "next"
                visible: page.screen < 2
                kind: "primary"
                readonly property bool fetch: page.screen === 1 && !!model.model && !model.installed && !model.fetching
                symbol: fetch ? "download" : ""
                text: fetch ? qsTr("Download") : qsTr("Next")
                enabled: page.screen === 0 || fetch || model.installed || desktop.ready && !page.models
                onClicked: fetch ? model.pull() : page.forward()
            }
        }
    }
    DropFiles {
        anchors.fill: parent
        enabled: page.screen === 1 && model.loaded && !model.importing
        invitation: qsTr("Drop a model (GGUF or ONNX) here")
        onFilesDropped: files => model.take(files)
    }
}
