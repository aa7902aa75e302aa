// What went wrong, where it went wrong, with what mends it. `error` has `message` and `hint`.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: banner
    property var error: ({})
    property string action
    // "bad", "warning" or "info".
    property string kind: "bad"
    // It is there for as long as what it says.
    property bool lasting: false
    signal acted
    signal dismissed
    readonly property color ink: kind === "bad" ? theme.onDangerSoft : kind === "warning" ? theme.onWarningSoft : theme.onAccentSoft
    visible: !!(error && error.message)
    implicitHeight: visible ? row.implicitHeight + theme.space * 2.5 : 0
    radius: theme.radius
    color: kind === "bad" ? theme.dangerSoft : kind === "warning" ? theme.warningSoft : theme.accentSoft
    border.width: theme.highContrast ? 2 : 0
    border.color: ink
    Accessible.role: Accessible.AlertMessage
    Accessible.name: visible ? error.message + " " + (error.hint || "") : ""

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.margins: theme.space * 1.25
        spacing: theme.space * 1.25
        Icon {
            name: banner.kind === "info" ? "info" : "warning"
            color: banner.ink
            Layout.alignment: Qt.AlignTop
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            Words {
                text: banner.visible ? banner.error.message : ""
                color: banner.ink
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Words {
                // A command is of no use to somebody who has a button for it.
                visible: text !== "" && !(banner.action !== "" && text.indexOf("myna ") === 0)
                text: banner.visible && banner.error.hint ? banner.error.hint : ""
                color: banner.ink
                font.pixelSize: theme.small
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
        AppButton {
            visible: banner.action !== ""
            text: banner.action
            onClicked: banner.acted()
        }
        IconButton {
            visible: !banner.lasting
            symbol: "close"
            text: qsTr("Dismiss")
            ink: banner.ink
            Layout.alignment: Qt.AlignTop
            onClicked: banner.dismissed()
        }
    }
}
