// A page: a title, what can be done with all of it, and content that scrolls.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts

FocusScope {
    id: page
    property string title
    property string detail
    property alias actions: actions.data
    default property alias content: column.data
    // Content never gets wider than what is easy to read.
    property real widest: 960
    // Of the panel behind the page, where it has one.
    property var error: ({})
    signal dismissed
    onErrorChanged: if (error && error.message) begin()

    // Show it from its beginning.
    function begin() {
        scroll.contentY = 0
    }
    Accessible.role: Accessible.Pane
    Accessible.name: title

    // What the keyboard goes to can be seen.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        for (let item = focused; item; item = item.parent) {
            if (item !== column)
                continue
            const at = focused.mapToItem(column, 0, 0).y + column.y
            const room = theme.space * 2
            if (at - room < scroll.contentY)
                scroll.contentY = Math.max(0, at - room)
            else if (at + Math.min(focused.height, scroll.height / 2) + room > scroll.contentY + scroll.height)
                scroll.contentY = at + Math.min(focused.height, scroll.height / 2) + room - scroll.height
            return
        }
    }

    Flickable {
        id: scroll
        objectName: "scroll"
        anchors.fill: parent
        contentWidth: width
        contentHeight: column.height + theme.space * 8
        boundsBehavior: Flickable.StopAtBounds
        // What has become shorter is not scrolled past its end.
        onContentHeightChanged: contentY = Math.max(0, Math.min(contentY, contentHeight - height))
        clip: true
        ScrollBar.vertical: AppScrollBar {}

        ColumnLayout {
            id: column
            width: Math.min(page.widest, scroll.width - theme.space * 6)
            x: (scroll.width - width) / 2
            y: theme.space * 4
            spacing: theme.space * 2

            RowLayout {
                Layout.fillWidth: true
                spacing: theme.space
                ColumnLayout {
                    spacing: theme.space * 0.5
                    Layout.fillWidth: true
                    Heading { text: page.title; Layout.fillWidth: true }
                    Words { visible: text !== ""; text: page.detail; muted: true; Layout.fillWidth: true }
                }
                Row { id: actions; spacing: theme.space }
            }
            MendingBanner {
                error: page.error
                Layout.fillWidth: true
                onDismissed: page.dismissed()
            }
        }
    }
}
