// One of several things to choose from, with more said about it below its name.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Myna.Ui

T.RadioButton {
    id: control
    property string detail
    property bool chosen: false
    default property alias more: holder.data
    padding: theme.space * 1.75
    spacing: theme.space * 1.5
    implicitHeight: body.implicitHeight + padding * 2
    implicitWidth: 320
    focusPolicy: Qt.StrongFocus
    font.family: theme.family
    font.pixelSize: theme.body
    autoExclusive: false
    checked: chosen
    // A click on the chosen one would uncheck it, and end the binding.
    onToggled: checked = Qt.binding(() => control.chosen)
    Accessible.role: Accessible.RadioButton
    Accessible.name: text + (detail === "" ? "" : ". " + detail)
    Accessible.checked: checked
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)

    indicator: Rectangle {
        x: control.padding
        y: control.padding + 2
        width: theme.body * 1.2
        height: width
        radius: width / 2
        color: theme.surface
        border.width: control.checked ? 2 : 1
        border.color: control.checked ? theme.accent : theme.outline
        Rectangle {
            anchors.centerIn: parent
            visible: control.checked
            width: parent.width * 0.5
            height: width
            radius: width / 2
            color: theme.accent
        }
    }
    contentItem: ColumnLayout {
        id: body
        spacing: theme.space * 0.5
        Words {
            text: control.text
            font.weight: Font.DemiBold
            leftPadding: control.indicator.width + control.spacing
            Layout.fillWidth: true
            Accessible.ignored: true
        }
        Words {
            visible: text !== ""
            text: control.detail
            muted: true
            font.pixelSize: theme.small
            leftPadding: control.indicator.width + control.spacing
            Layout.fillWidth: true
            Accessible.ignored: true
        }
        ColumnLayout {
            id: holder
            visible: children.length > 0
            spacing: theme.space
            Layout.fillWidth: true
            Layout.leftMargin: control.indicator.width + control.spacing
            Layout.topMargin: theme.space * 0.5
        }
    }
    background: Rectangle {
        radius: theme.radius * 1.25
        color: theme.surface
        border.width: control.checked ? 2 : 1
        border.color: control.checked ? theme.accent : theme.border
        FocusRing { control: control; radius: parent.radius + 3 }
    }
}
