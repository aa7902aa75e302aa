// The list of pages.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: navigation
    property bool narrow: false
    implicitWidth: narrow ? theme.control + theme.space * 2 : theme.body * 14
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Pages")

    // What the keyboard goes to can be seen.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        for (let item = focused; item; item = item.parent) {
            if (item !== column)
                continue
            const at = focused.mapToItem(column, 0, 0).y
            scroll.contentY = Math.max(Math.min(scroll.contentY, at), at + focused.height - scroll.height)
            return
        }
    }

    // Large letters or a low window leave no room for all pages at once.
    Flickable {
        id: scroll
        objectName: "pages"
        anchors.fill: parent
        anchors.margins: theme.space
        contentWidth: width
        contentHeight: column.height
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: AppScrollBar {}

        ColumnLayout {
            id: column
            width: scroll.width
            spacing: theme.space * 0.5

            RowLayout {
                Layout.fillWidth: true
                Layout.preferredHeight: theme.control
                Layout.bottomMargin: theme.space
                Layout.topMargin: theme.space
                spacing: theme.space
                Image {
                    source: "Myna/Ui/myna.svg"
                    sourceSize: Qt.size(64, 64)
                    Layout.preferredWidth: theme.body * 2
                    Layout.preferredHeight: theme.body * 2
                    Layout.leftMargin: navigation.narrow ? theme.space * 0.25 : theme.space * 0.75
                    Accessible.ignored: true
                }
                Words {
                    visible: !navigation.narrow
                    text: "Myna"
                    font.pixelSize: theme.large
                    font.weight: Font.DemiBold
                    Layout.fillWidth: true
                }
            }
            NavItem {
                symbol: "chat"
                text: qsTr("Conversation")
                narrow: navigation.narrow
                chosen: desktop.page === "conversation"
                Layout.fillWidth: true
                onClicked: desktop.page = "conversation"
            }
            Repeater {
                model: desktop.pages
                NavItem {
                    required property var modelData
                    symbol: modelData.icon
                    text: modelData.title
                    narrow: navigation.narrow
                    chosen: desktop.page === modelData.name
                    Layout.fillWidth: true
                    onClicked: desktop.page = modelData.name
                }
            }
        }
    }
}
