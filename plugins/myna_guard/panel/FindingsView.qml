// What was found lately: in this program, and on the audit record. Where and by which rule, never what.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    readonly property var recent: panel.state.recent || []
    readonly property var recorded: panel.state.recorded || []
    spacing: theme.space * 2
    onVisibleChanged: if (visible) panel.act("refresh")

    Wording { id: say }

    EmptyState {
        visible: view.recent.length === 0 && view.recorded.length === 0
        symbol: "shield"
        title: qsTr("Nothing was found")
        detail: qsTr("When a rule finds something in a conversation, it is listed here: by which rule and where, never the text.")
        Layout.fillWidth: true
        Layout.topMargin: theme.space * 2
    }
    FindingsCard {
        visible: view.recent.length > 0
        title: qsTr("Since Myna was opened")
        rows: view.recent
        wording: say
        Layout.fillWidth: true
    }
    FindingsCard {
        visible: view.recorded.length > 0
        title: qsTr("On the audit record")
        rows: view.recorded
        wording: say
        Layout.fillWidth: true
    }
    Words {
        visible: panel.state.audit === "off"
        text: qsTr("No audit record is kept; the list ends with the program.")
        muted: true
        font.pixelSize: theme.small
        Layout.fillWidth: true
    }
}
