// Something that is being fetched: how far it is, and what can be done about it. `transfer` has `state`, `done`,
// `total` (bytes), `speed` (bytes a second) and `left` (seconds, below 0 when nobody knows); `error` says why it failed.
import QtQuick
import QtQuick.Layouts

ColumnLayout {
    id: row
    property var transfer
    property string name
    property var error: ({})
    // What mends the failure, where one thing does; otherwise it can be tried again.
    property string mend
    signal paused
    signal resumed
    signal cancelled
    signal mended
    readonly property string state_: transfer ? transfer.state : ""
    readonly property bool halted: state_ === "paused" || state_ === "failed"
    visible: !!transfer
    spacing: theme.space * 0.5

    function amount() {
        if (!transfer.done)
            return ""
        if (!transfer.total)
            return Amounts.bytes(transfer.done)
        return qsTr("%1 of %2").arg(Amounts.bytes(transfer.done)).arg(Amounts.bytes(transfer.total))
    }
    function words() {
        if (state_ === "paused")
            return [qsTr("Paused"), amount()].filter(Boolean).join(" · ")
        if (state_ === "failed")
            return [qsTr("Not complete"), amount()].filter(Boolean).join(" · ")
        if (state_ === "queued")
            return qsTr("Waits for its turn")
        if (state_ === "waiting")
            return qsTr("Begins …")
        if (state_ === "verify")
            return qsTr("Verifying …")
        if (state_ === "admit")
            return qsTr("Checking the file …")
        const parts = [amount()]
        if (transfer.speed > 0)
            parts.push(qsTr("%1 a second").arg(Amounts.bytes(transfer.speed)))
        if (transfer.left >= 0)
            parts.push(qsTr("%1 left").arg(Amounts.duration(transfer.left)))
        return parts.filter(Boolean).join(" · ") || qsTr("Begins …")
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: theme.space
        ColumnLayout {
            Layout.fillWidth: true
            spacing: theme.space * 0.5
            ProgressLine {
                Layout.fillWidth: true
                name: row.name
                value: !row.transfer ? 0 : row.transfer.total ? row.transfer.done / row.transfer.total : row.halted ? 0 : -1
            }
            Words {
                objectName: "transferWords"
                Layout.fillWidth: true
                text: row.transfer ? row.words() : ""
                muted: true
                font.pixelSize: theme.small
            }
        }
        IconButton {
            objectName: "pause"
            visible: !row.halted
            enabled: row.state_ !== "admit"
            symbol: "pause"
            text: qsTr("Pause %1").arg(row.name)
            onClicked: { row.paused(); resume.forceActiveFocus(Qt.OtherFocusReason) }
        }
        IconButton {
            id: resume
            objectName: "resume"
            visible: row.halted
            symbol: row.state_ === "failed" ? "retry" : "play"
            text: row.state_ === "failed" ? qsTr("Try %1 again").arg(row.name) : qsTr("Resume %1").arg(row.name)
            onClicked: row.resumed()
        }
        IconButton {
            objectName: "cancel"
            symbol: "close"
            text: qsTr("Cancel %1").arg(row.name)
            onClicked: row.cancelled()
        }
    }
    Banner {
        Layout.fillWidth: true
        error: row.error
        action: row.mend !== "" ? row.mend : qsTr("Try again")
        lasting: true
        onActed: row.mend !== "" ? row.mended() : row.resumed()
    }
}
