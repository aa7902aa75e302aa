// What one rule does, and why it counts.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    required property var rule
    required property var wording
    property bool first: false
    property string notice
    property string helpLine
    spacing: theme.space * 0.5
    Accessible.role: Accessible.Row
    Accessible.name: rule.id

    Rectangle { visible: !view.first; color: theme.border; implicitHeight: 1; Layout.fillWidth: true; Layout.bottomMargin: theme.space * 0.5 }
    RowLayout {
        spacing: theme.space
        Layout.fillWidth: true
        Words { text: view.rule.id; font.weight: Font.Medium; Layout.fillWidth: true }
        Chip {
            kind: view.wording.kind(view.rule.action)
            symbol: view.wording.symbol(view.rule.action)
            text: view.wording.action(view.rule.action)
        }
    }
    Words {
        text: view.wording.finds(view.rule)
        Layout.fillWidth: true
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
    }
    Words {
        text: qsTr("On: %1").arg(view.wording.origins(view.rule.on))
        muted: true
        font.pixelSize: theme.small
        Layout.fillWidth: true
    }
    Words {
        text: view.rule.over ? qsTr("From the policy %1, in place of the rule of %2").arg(view.rule.policy).arg(view.rule.over) : qsTr("From the policy %1").arg(view.rule.policy)
        muted: true
        font.pixelSize: theme.small
        Layout.fillWidth: true
    }
    Words {
        visible: view.notice !== ""
        text: qsTr("Says: %1").arg(view.notice.replace("{help_line}", view.helpLine))
        muted: true
        font.pixelSize: theme.small
        Layout.fillWidth: true
    }
}
