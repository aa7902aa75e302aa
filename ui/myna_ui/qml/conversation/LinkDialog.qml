// Shows where a link goes before it is opened.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

Popup {
    id: dialog
    property var conversation
    property string link
    property var links: []
    function show(addresses) {
        links = addresses
        link = addresses[0]
        open()
    }
    parent: Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(520, parent ? parent.width - theme.space * 4 : 520)
    modal: true
    focus: true
    padding: theme.space * 3
    onOpened: cancel.forceActiveFocus()
    background: Rectangle {
        color: theme.surface
        radius: theme.radius * 1.5
        border.width: 1
        border.color: theme.outline
    }
    Overlay.modal: Rectangle { color: "#80000000" }

    contentItem: ColumnLayout {
        spacing: theme.space * 2
        Heading {
            text: qsTr("Open this address?")
            font.pixelSize: theme.large
            Layout.fillWidth: true
        }
        Choice {
            visible: dialog.links.length > 1
            name: qsTr("Links")
            model: dialog.links
            onActivated: at => dialog.link = dialog.links[at]
            Layout.fillWidth: true
        }
        Words {
            objectName: "address"
            text: dialog.link
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 6
            elide: Text.ElideRight
            font.family: theme.mono
            Layout.fillWidth: true
        }
        Words {
            text: qsTr("It opens in your browser, outside of Myna, and may need a network.")
            muted: true
            font.pixelSize: theme.small
            Layout.fillWidth: true
        }
        Flow {
            spacing: theme.space
            layoutDirection: Qt.RightToLeft
            Layout.fillWidth: true
            AppButton {
                objectName: "open-link"
                kind: "primary"
                text: qsTr("Open")
                onClicked: { dialog.close(); dialog.conversation.visit(dialog.link) }
            }
            AppButton {
                text: qsTr("Copy address")
                onClicked: { dialog.conversation.copy(dialog.link); dialog.close() }
            }
            AppButton {
                id: cancel
                objectName: "cancel-link"
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
        }
    }
}
