// Speaking instead of typing, where the machine can hear.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Item {
    id: strip
    // Of the speech plugin; null where there is none.
    readonly property var panel: kiosk.inputs.indexOf("voice") >= 0 && desktop.ready ? desktop.panel("voice") : null
    readonly property bool there: panel !== null
    readonly property string session: there && panel.state.session || "closed"
    readonly property string heard: there ? ((panel.state.stable || "") + (panel.state.rest || "")) : ""
    readonly property string trouble: there ? (panel.error.message || panel.state.trouble && panel.state.trouble.message || "") : ""
    // The microphone shall open, if the visitor agrees to that.
    signal wanted
    visible: there
    implicitHeight: there ? row.implicitHeight : 0

    function begin() { panel.act("begin") }
    function end() { if (there && session !== "closed") panel.act("end") }
    Component.onDestruction: end()
    onHeardChanged: if (heard !== "") kiosk.touched()

    RowLayout {
        id: row
        width: parent.width
        spacing: theme.space * 2
        AppButton {
            objectName: "microphone"
            kind: strip.session === "closed" ? "plain" : "primary"
            symbol: strip.session === "closed" ? "microphone" : "microphone-off"
            text: strip.session === "closed" ? qsTr("Speak") : qsTr("Stop listening")
            font.pixelSize: theme.large
            implicitHeight: theme.control * 1.35
            onClicked: {
                if (strip.session !== "closed")
                    strip.end()
                else
                    strip.wanted()
            }
        }
        Words {
            text: strip.session === "closed" && strip.trouble !== "" ? strip.trouble : strip.heard !== "" ? strip.heard : strip.session === "open" ? qsTr("I am listening …") : strip.session === "opening" ? qsTr("One moment …") : ""
            muted: strip.heard === ""
            font.pixelSize: theme.large
            maximumLineCount: 2
            elide: Text.ElideRight
            Layout.fillWidth: true
        }
    }
}
