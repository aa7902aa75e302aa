// One policy that can be chosen.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Myna.Ui

T.AbstractButton {
    id: row
    required property var choice
    property string about
    readonly property bool broken: !!choice.error.message
    signal chosen
    objectName: "policy-" + choice.name
    height: words.height + theme.space * 2
    focusPolicy: Qt.StrongFocus
    text: choice.name
    Accessible.role: Accessible.RadioButton
    Accessible.name: choice.name + ". " + (choice.error.message || about)
    // A click chooses; what is chosen then is for the policies to say.
    checkable: true
    checked: choice.chosen
    onToggled: checked = Qt.binding(() => choice.chosen)
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    onClicked: if (!choice.chosen && !broken) chosen()

    background: Rectangle {
        radius: theme.radius
        color: row.choice.chosen ? theme.accentSoft : "transparent"
        Rectangle {
            anchors.fill: parent
            radius: theme.radius
            color: theme.text
            opacity: row.broken || row.choice.chosen || !row.enabled ? 0 : row.down ? 0.12 : row.hovered ? 0.05 : 0
        }
        FocusRing { control: row; anchors.margins: 1 }
    }
    contentItem: Item {
        Rectangle {
            id: dot
            x: theme.space
            y: words.y + theme.space * 0.25
            width: theme.body * 1.2
            height: width
            radius: width / 2
            color: theme.surface
            border.width: 2
            border.color: row.choice.chosen ? theme.accent : theme.outline
            opacity: row.broken ? 0.4 : 1
            Rectangle {
                visible: row.choice.chosen
                anchors.centerIn: parent
                width: parent.width * 0.5
                height: width
                radius: width / 2
                color: theme.accent
            }
        }
        ColumnLayout {
            id: words
            anchors.left: dot.right
            anchors.leftMargin: theme.space * 1.25
            anchors.right: parent.right
            anchors.rightMargin: theme.space
            anchors.verticalCenter: parent.verticalCenter
            spacing: 2
            RowLayout {
                spacing: theme.space
                Layout.fillWidth: true
                Words {
                    text: row.choice.name
                    color: row.choice.chosen ? theme.onAccentSoft : theme.text
                    font.weight: Font.Medium
                    wrapMode: Text.WrapAnywhere
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                Chip { visible: !row.choice.shipped; text: qsTr("Yours") }
                Chip { visible: row.broken; kind: "bad"; symbol: "warning"; text: qsTr("Cannot be used") }
            }
            Words {
                visible: text !== ""
                text: row.choice.error.message || row.about
                color: row.broken ? theme.danger : row.choice.chosen ? theme.onAccentSoft : theme.muted
                font.pixelSize: theme.small
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }
}
